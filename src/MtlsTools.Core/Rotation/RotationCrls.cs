using MtlsTools.Authority;
using MtlsTools.Revocation;

namespace MtlsTools.Rotation;

/// <summary>The revocation lists that servers read: one of each CA that is trusted, in one file, good until after the next step.</summary>
internal static class RotationCrls
{
    /// <summary>Publishes them anew. Lists of other CAs in a file stay there.</summary>
    /// <param name="context">The rotation.</param>
    /// <param name="both">Whether the old CA is trusted too.</param>
    /// <returns>Whether any file has changed.</returns>
    internal static bool Publish(RotationContext context, bool both)
    {
        if (context.State.CrlFiles.Count == 0 || context.State.Ca is null)
            return false;
        var options = new CrlOptions { ValidFor = TimeSpan.FromDays(context.State.CrlDays), Password = context.Options.Password };
        var authorities = context.IsCa ? (both ? [context.OldCa, context.NewCa] : [context.NewCa]) : new[] { context.OldCa };
        var published = authorities.SelectMany(authority => authority.PublishCrl(options, context.Warn, context.Cancellation).Lists).ToList();
        var own = authorities.Append(context.OldCa).Select(authority => authority.Certificate.Subject).ToList();
        foreach (var file in context.State.CrlFiles)
        {
            var bundle = new CrlBundle(context.Clock);
            bundle.Add(published);
            if (File.Exists(file))
                bundle.Add(CertificateRevocationList.ReadFile(file).Where(list => !own.Exists(list.Issuer.Matches)));
            bundle.Save(file);
        }

        return true;
    }
}
