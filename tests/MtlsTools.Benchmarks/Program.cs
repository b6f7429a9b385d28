using MtlsTools.Benchmarks;

// Every figure stands beside a peer's in the same run; what is written up are the ratios.
if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: MtlsTools.Benchmarks <folder of the built module>");
    return 2;
}

var good = HelloWorldBenchmark.Run();
good &= ImportBenchmark.Run(args[0]);
return good ? 0 : 1;
