namespace MtlsTools.Rotation;

/// <summary>What only people can do, because it lies on other machines, in the words of what to do.</summary>
internal static class ManualWork
{
    internal static IReadOnlyList<string> Of(RotationContext context, RotationAction step)
    {
        if (context.IsOnPaper)
            return [OnPaper(context.State.Kind, step)];
        var elsewhere = step is RotationAction.TrustBoth or RotationAction.RollOut or RotationAction.RemoveOld && context.State.Ca is not null ? IndexEvidence.Elsewhere(context) : [];
        if (context.IsCa && context.State.TrustFiles.Count == 0 && elsewhere.Count == 0 && step is RotationAction.TrustBoth or RotationAction.RemoveOld)
            return [$"Put the content of '{FileOf(context, step)}' into every file by which a server or client knows whom to trust, and have them read it."];
        if (elsewhere.Count == 0)
            return [];
        var names = IndexEvidence.List(elsewhere);
        return (step, context.IsCa) switch
        {
            (RotationAction.TrustBoth or RotationAction.RemoveOld, true) => [$"Copy '{FileOf(context, step)}' to where {names} {(elsewhere.Count == 1 ? "reads" : "read")} whom to trust, in place of the file there."],
            (RotationAction.RollOut, true) => [$"Issue the new certificates of {names} (Approve-MtlsCsr '{context.State.NewCa}' with their requests), and install them there."],
            (RotationAction.RollOut, false) => [$"Replace the certificates of {names} where they are used (Update-MtlsCertificate, or Approve-MtlsCsr '{context.State.Ca}' with their requests)."],
            _ => [],
        };
    }

    /// <summary>What a step does, in words.</summary>
    internal static string Describe(RotationKind kind, RotationAction step) => (step, kind) switch
    {
        (RotationAction.IssueOld, _) => "The old certificates are issued and deployed",
        (RotationAction.IssueNew, RotationKind.Ca) => "Make the new CA, cross-sign both, issue the new certificates",
        (RotationAction.IssueNew, _) => "Issue the new certificates",
        (RotationAction.TrustBoth, RotationKind.Ca) => "Servers and clients trust both CAs",
        (RotationAction.TrustBoth, _) => "Servers and clients accept both certificates",
        (RotationAction.RollOut, _) => "Roll the new certificates out",
        (RotationAction.ProveUnused, _) => "Prove that nothing uses the old",
        (RotationAction.RemoveOld, RotationKind.Ca) => "Remove the trust in the old CA",
        (RotationAction.RemoveOld, _) => "Remove the trust in the old certificates: revoke them",
        (_, RotationKind.Ca) => "The old certificates have ended: retire the old CA",
        _ => "The old certificates have ended: put them away",
    };

    private static string FileOf(RotationContext context, RotationAction step) => step == RotationAction.TrustBoth ? context.TrustBothFile : context.TrustNewFile;

    private static string OnPaper(RotationKind kind, RotationAction step) => (step, kind) switch
    {
        (RotationAction.IssueOld, _) => "Issue the old certificates, and deploy them.",
        (RotationAction.IssueNew, RotationKind.Ca) => "Make the new CA, and issue the new certificates from it; do not use them yet.",
        (RotationAction.IssueNew, _) => "Issue the new certificates; do not use them yet.",
        (RotationAction.TrustBoth, RotationKind.Ca) => "Have every server and client trust both CAs.",
        (RotationAction.TrustBoth, _) => "Have every server and client that pins certificates accept both.",
        (RotationAction.RollOut, _) => "Install the new certificates in place of the old ones.",
        (RotationAction.ProveUnused, _) => "Look into the servers' logs: nobody may come with the old any more.",
        (RotationAction.RemoveOld, RotationKind.Ca) => "Have every server and client trust the new CA alone.",
        (RotationAction.RemoveOld, _) => "Revoke the old certificates, and have the servers read the revocation list.",
        _ => "Put the old keys away, or destroy them.",
    };
}
