using MtlsTools.Encoding;

namespace MtlsTools.Rotation;

/// <summary>The revocation lists that servers read: one of each CA that is trusted, in one file, good until after the next step.</summary>
internal static class RotationCrls
{
    /// <summary>Publishes them anew.</summary>
    /// <param name="context">The rotation.</param>
    /// <param name="both">Whether the old CA is trusted too.</param>
    /// <returns>Whether any file has changed.</returns>
    internal static bool Publish(RotationContext context, bool both)
    {
        if (context.State.CrlFiles.Count == 0 || context.State.Ca is null)
            return false;
        throw new NotSupportedException();
    }
}
