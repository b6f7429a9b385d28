using MtlsTools.Benchmarks;

// Every figure stands beside a peer's in the same run; what is written up are the ratios.
if (args is [IndexBenchmark.ChildArgument, var index])
    return IndexBenchmark.ReadAsChild(index);
if (args.Length == 0 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: MtlsTools.Benchmarks <folder of the built module> [HelloWorld] [Import] [Issuance] [Memory] [Index] [Verification] [Connection] [Crl] [Inventory] [Responder]");
    return 2;
}

var module = Path.GetFullPath(args[0]);
var benchmarks = new Dictionary<string, Func<bool>>(StringComparer.OrdinalIgnoreCase)
{
    ["HelloWorld"] = HelloWorldBenchmark.Run,
    ["Import"] = () => ImportBenchmark.Run(module),
    ["Issuance"] = () => IssuanceBenchmark.Run(module),
    ["Memory"] = () => MemoryBenchmark.Run(module),
    ["Index"] = IndexBenchmark.Run,
    ["Verification"] = VerificationBenchmark.Run,
    ["Inventory"] = () => InventoryBenchmark.Run(module),
    ["Connection"] = () => ConnectionBenchmark.Run(module),
    ["Crl"] = CrlBenchmark.Run,
    ["Responder"] = ResponderBenchmark.Run,
};
var good = true;
foreach (var name in args.Length > 1 ? args[1..] : [.. benchmarks.Keys])
    good &= benchmarks[name]();
return good ? 0 : 1;
