using System.Globalization;

namespace MtlsTools.Configuration.Checking;

/// <summary>The rules of a mesh, and what cert-manager is asked for.</summary>
internal sealed class KubernetesMesh(ConfigFacts facts, string file)
{
    internal void Read(YamlNode node)
    {
        switch (node.TextAt("kind"))
        {
            case "PeerAuthentication":
                ReadMode(node.At("spec", "mtls", "mode"), "the workloads", node);
                foreach (var (port, setting) in node.At("spec", "portLevelMtls")?.Entries ?? [])
                    ReadMode(setting["mode"], $"port {port}", null);
                break;
            case "DestinationRule":
                ReadTls(node.At("spec", "trafficPolicy", "tls"), node);
                foreach (var port in node.ListAt("spec", "trafficPolicy", "portLevelSettings").Concat(node.ListAt("spec", "subsets").Select(subset => subset["trafficPolicy"]).OfType<YamlNode>()))
                    ReadTls(port["tls"], node);
                break;
            case "Certificate" when node.TextAt("apiVersion")?.StartsWith("cert-manager.io", StringComparison.Ordinal) == true:
                ReadCertificate(node);
                break;
        }
    }

    private void ReadMode(YamlNode? mode, string what, YamlNode? whole)
    {
        if (mode is null)
        {
            if (whole?["spec"] is { } spec && spec["portLevelMtls"] is null)
                facts.Note("MeshPermissive", whole.Setting("PeerAuthentication", file, Name(whole)), $"'{Name(whole)}' names no mode: it is inherited, and PERMISSIVE where nothing else is said.");
            return;
        }

        var setting = mode.Setting("mode", file);
        switch (mode.Text)
        {
            case "STRICT":
                break;
            case "PERMISSIVE" or "UNSET":
                facts.Note("MeshPermissive", setting, $"The mode {mode.Text} lets clients without a certificate reach {what}{(mode.Text == "UNSET" ? ", unless a wider rule says STRICT" : "")}.");
                break;
            case "DISABLE":
                facts.Note("MeshTlsOff", setting, $"The mode DISABLE turns mutual TLS off for {what}.");
                break;
            default:
                facts.Note("ValueUnknown", setting, $"'{mode.Text}' is no mode of a PeerAuthentication; it takes STRICT, PERMISSIVE and DISABLE.");
                break;
        }
    }

    private void ReadTls(YamlNode? tls, YamlNode rule)
    {
        if (tls?["mode"] is not { } mode)
            return;
        var (setting, host) = (mode.Setting("mode", file), rule.TextAt("spec", "host"));
        switch (mode.Text)
        {
            case "ISTIO_MUTUAL":
                break;
            case "MUTUAL":
                if ((tls["clientCertificate"] is null || tls["privateKey"] is null) && tls["credentialName"] is null)
                    facts.Note("MeshClientCertificateNotSent", setting, $"The mode MUTUAL for '{host}' takes clientCertificate and privateKey, or credentialName; neither is named.");
                break;
            case "DISABLE":
                facts.Note("MeshTlsOff", setting, $"Connections to '{host}' are without TLS; where the other side is STRICT, they fail.");
                break;
            case "SIMPLE":
                facts.Note("MeshClientCertificateNotSent", setting, $"Connections to '{host}' are TLS without a client certificate; where the other side is STRICT, they fail.");
                break;
            default:
                facts.Note("ValueUnknown", setting, $"'{mode.Text}' is no mode of a DestinationRule's tls; it takes DISABLE, SIMPLE, MUTUAL and ISTIO_MUTUAL.");
                break;
        }

        if (tls["insecureSkipVerify"] is { Text: "true" } skip)
            facts.Note("UpstreamNotVerified", skip.Setting("insecureSkipVerify", file), $"The server '{host}' is not verified.");
        else if (mode.Text is "SIMPLE" or "MUTUAL" && tls["caCertificates"] is null && tls["credentialName"] is null)
            facts.Note("UpstreamNotVerified", setting, $"No caCertificates are named for '{host}': before Istio 1.24 its certificate is not verified then, and later it is by the CAs of the public web.");
    }

    private void ReadCertificate(YamlNode certificate)
    {
        var spec = certificate["spec"];
        var usages = spec?.ListAt("usages").Select(one => one.Text).ToList() ?? [];
        if (spec?["renewBefore"] is { } before && Hours(before.Text) is { } early && Hours(spec.TextAt("duration") ?? "2160h") is { } whole && early >= whole)
            facts.Note("RenewalImpossible", before.Setting("renewBefore", file), $"'{Name(certificate)}' is renewed {early} hours before its end and lives {whole}: it would be renewed without end, and cert-manager refuses it.");
        if (usages.Count == 0 && spec is not null && spec.TextAt("isCA") != "true")
            facts.Note("PurposeNotNamed", certificate.Setting("Certificate", file, Name(certificate)), $"'{Name(certificate)}' names no usages, so it has no extendedKeyUsage: whatever trusts its CA takes it for a client as well as for a server.");
        else if (usages.Contains("server auth") && usages.Contains("client auth"))
            facts.Note("PurposeNotNamed", spec!["usages"]!.Setting("usages", file, string.Join(", ", usages)), $"'{Name(certificate)}' is for servers and for clients: a server's key can be used to come in as a client.");
    }

    private static string Name(YamlNode node) => node.TextAt("metadata", "name") ?? "?";

    /// <summary>Go's durations, as far as people write them: 2160h, 90m, 24h30m.</summary>
    private static double? Hours(string? text)
    {
        var (hours, number) = (0.0, "");
        foreach (var c in text ?? "")
        {
            if (char.IsAsciiDigit(c) || c == '.')
            {
                number += number.Length < 20 ? c : "";
                continue;
            }

            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || c is not ('h' or 'm' or 's'))
                return null;
            hours += amount / c switch { 'h' => 1, 'm' => 60, _ => 3600 };
            number = "";
        }

        return text is { Length: > 0 } && number.Length == 0 ? hours : null;
    }
}
