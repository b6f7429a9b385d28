namespace MtlsTools.Verification.Paths;

/// <summary>Certificate policies along a path (RFC 5280, 6.1, as a graph: RFC 9618 tells why the tree of RFC 5280 may grow without bounds).</summary>
internal sealed class PolicyProcessor
{
    private readonly PathSettings settings;
    private readonly List<Dictionary<string, Node>> graph = [];
    private Dictionary<string, Node> level = [];
    private bool levelHasAny = true;
    private int explicitPolicy;
    private int policyMapping;
    private int inhibitAny;

    /// <summary>6.1.2 (d), (e), (f), for a path of that many certificates below the anchor.</summary>
    internal PolicyProcessor(int length, PathSettings settings)
    {
        this.settings = settings;
        explicitPolicy = settings.RequireExplicitPolicy ? 0 : length + 1;
        policyMapping = settings.InhibitPolicyMapping ? 0 : length + 1;
        inhibitAny = settings.InhibitAnyPolicy ? 0 : length + 1;
    }

    /// <summary>A policy at a level, and the policies of the level above that lead to it; none when anyPolicy does.</summary>
    private sealed record Node(string Policy, List<string> Parents)
    {
        internal bool IsMapped { get; set; }
    }

    /// <summary>6.1.3 (d), (e), (f); answers what is wrong.</summary>
    internal string? Process(PathContent certificate, bool isSelfIssued, bool isLast)
    {
        var policies = PolicyExtensions.ReadPolicies(certificate);
        if (policies is null)
        {
            level.Clear();
            levelHasAny = false;
        }
        else
        {
            var hadAny = levelHasAny;
            var anyAllowed = inhibitAny > 0 || (!isLast && isSelfIssued);
            if (!(policies.Contains(PolicyExtensions.AnyPolicyOid) && anyAllowed))
            {
                foreach (var gone in level.Keys.Where(policy => !policies.Contains(policy)).ToList())
                    level.Remove(gone);
                levelHasAny = false;
            }

            if (hadAny)
            {
                foreach (var policy in policies.Where(policy => policy != PolicyExtensions.AnyPolicyOid))
                    level.TryAdd(policy, new Node(policy, []));
            }
        }

        return explicitPolicy > 0 || IsAlive ? null : "has no certificate policy that the CAs above it demand";
    }

    /// <summary>6.1.4 (a), (b), (h), (i), (j); answers what is wrong.</summary>
    internal string? Map(PathContent certificate, bool isSelfIssued)
    {
        var mappings = PolicyExtensions.ReadMappings(certificate);
        if (mappings.Exists(mapping => mapping.Issuer == PolicyExtensions.AnyPolicyOid || mapping.Subject == PolicyExtensions.AnyPolicyOid))
            return "maps a certificate policy from or to anyPolicy, which is forbidden";
        if (policyMapping == 0)
        {
            foreach (var (issuer, _) in mappings)
                level.Remove(issuer);
            mappings.Clear();
        }

        BuildNext(mappings);
        if (!isSelfIssued)
        {
            explicitPolicy = Math.Max(0, explicitPolicy - 1);
            policyMapping = Math.Max(0, policyMapping - 1);
            inhibitAny = Math.Max(0, inhibitAny - 1);
        }

        Constrain(certificate);
        return null;
    }

    /// <summary>6.1.4 (i), (j).</summary>
    internal void Constrain(PathContent certificate)
    {
        var (required, mapping, any) = PolicyExtensions.ReadConstraints(certificate);
        explicitPolicy = Math.Min(explicitPolicy, required ?? int.MaxValue);
        policyMapping = Math.Min(policyMapping, mapping ?? int.MaxValue);
        inhibitAny = Math.Min(inhibitAny, any ?? int.MaxValue);
    }

    /// <summary>6.1.5 (a), (b), (g); answers what is wrong. A path of the anchor alone (null) has no policies to judge.</summary>
    internal string? Finish(PathContent? last)
    {
        if (last is null)
            return null;
        explicitPolicy = Math.Max(0, explicitPolicy - 1);
        if (PolicyExtensions.ReadConstraints(last).RequireExplicit == 0)
            explicitPolicy = 0;
        graph.Add(level);
        return explicitPolicy > 0 || IsAcceptable() ? null : "has no certificate policy that is acceptable and that all CAs above it allow";
    }

    private bool IsAlive => levelHasAny || level.Count > 0;

    /// <summary>6.1.4 (b): the policies that the next certificate may have.</summary>
    private void BuildNext(List<(string Issuer, string Subject)> mappings)
    {
        var next = new Dictionary<string, Node>();
        foreach (var (issuer, subject) in mappings)
        {
            if (levelHasAny)
                level.TryAdd(issuer, new Node(issuer, []));
            if (!level.TryGetValue(issuer, out var node))
                continue;
            node.IsMapped = true;
            Link(subject, issuer);
        }

        foreach (var node in level.Values.Where(node => !node.IsMapped))
            Link(node.Policy, node.Policy);
        graph.Add(level);
        level = next;

        void Link(string policy, string parent)
        {
            if (!next.TryGetValue(policy, out var node))
                next[policy] = node = new Node(policy, []);
            node.Parents.Add(parent);
        }
    }

    /// <summary>6.1.5 (g): whether a policy of the last certificate leads back to one that the caller takes.</summary>
    private bool IsAcceptable()
    {
        if (!IsAlive)
            return false;
        if (levelHasAny || settings.InitialPolicies.Count == 0 || settings.InitialPolicies.Contains(PolicyExtensions.AnyPolicyOid))
            return true;
        var reachable = level.Keys.ToHashSet();
        for (var depth = graph.Count - 1; depth >= 0; depth--)
        {
            var above = new HashSet<string>();
            foreach (var node in reachable.Select(policy => graph[depth].GetValueOrDefault(policy)).OfType<Node>())
            {
                // What anyPolicy let in is the policy by which the caller knows it.
                if (node.Parents.Count == 0 && settings.InitialPolicies.Contains(node.Policy))
                    return true;
                above.UnionWith(node.Parents);
            }

            reachable = above;
        }

        return false;
    }
}
