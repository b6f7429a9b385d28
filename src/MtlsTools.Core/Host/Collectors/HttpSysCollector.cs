using System.Runtime.Versioning;
using System.Security;
using System.Security.Principal;
using System.Xml;
using Microsoft.Win32;

namespace MtlsTools.Host;

/// <summary>The TLS bindings of HTTP.SYS and the configuration of IIS.</summary>
internal sealed class HttpSysCollector : IHostCollector
{
    public HostArea Area => HostArea.HttpSys;

    public string? NotApplicable(HostOptions options) => HostCollectors.WindowsOnly(options);

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsWindows())
            return;
        foreach (var (key, isByName) in new[] { (HttpBinding.AddressKey, false), (HttpBinding.NameKey, true) })
        {
            try
            {
                facts.Bindings.AddRange(Read(key, isByName));
            }
            catch (Exception failure) when (failure is SecurityException or UnauthorizedAccessException or IOException)
            {
                facts.Miss(Area, $@"HKLM\{key} can not be read: {failure.Message} Run as an administrator.");
            }
        }

        ReadIis(facts);
    }

    /// <summary>The binding of an endpoint as it is now, or null.</summary>
    internal static HttpBinding? Find(HttpBinding binding) =>
        OperatingSystem.IsWindows() ? Read(binding.IsByName ? HttpBinding.NameKey : HttpBinding.AddressKey, binding.IsByName).Find(one => one.Endpoint == binding.Endpoint) : null;

    [SupportedOSPlatform("windows")]
    private static List<HttpBinding> Read(string key, bool isByName)
    {
        var bindings = new List<HttpBinding>();
        using var opened = Registry.LocalMachine.OpenSubKey(key);
        foreach (var endpoint in opened?.GetSubKeyNames() ?? [])
        {
            using var binding = opened!.OpenSubKey(endpoint);
            if (binding is not null)
                bindings.Add(HttpBinding.Read(endpoint, isByName, binding.GetValueNames().ToDictionary(name => name, name => binding.GetValue(name)!, StringComparer.OrdinalIgnoreCase)));
        }

        return bindings;
    }

    [SupportedOSPlatform("windows")]
    private static void ReadIis(HostFacts facts)
    {
        var path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.System), @"inetsrv\config\applicationHost.config");
        try
        {
            var iis = IisConfiguration.Parse(File.ReadAllText(path));
            facts.Iis = iis with { Pools = iis.Pools.Select(pool => pool with { Sid = SidOf(pool) }).ToList() };
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            // No IIS: HTTP.SYS serves other programs as well.
        }
        catch (Exception failure) when (HostCollectors.IsUnreadable(failure) || failure is XmlException)
        {
            facts.Miss(HostArea.HttpSys, $"'{path}' can not be read: {failure.Message} Run as an administrator.");
        }
    }

    [SupportedOSPlatform("windows")]
    private static string? SidOf(IisPool pool)
    {
        try
        {
            return pool.IdentityType switch
            {
                "LocalSystem" => "S-1-5-18",
                "LocalService" => "S-1-5-19",
                "NetworkService" => "S-1-5-20",
                "SpecificUser" => new NTAccount(pool.UserName ?? "").Translate(typeof(SecurityIdentifier)).Value,
                _ => new NTAccount("IIS AppPool", pool.Name).Translate(typeof(SecurityIdentifier)).Value,
            };
        }
        catch (Exception unknown) when (unknown is IdentityNotMappedException or ArgumentException)
        {
            return null;
        }
    }
}
