using System.Text.RegularExpressions;
using MtlsTools.Stores;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores;

/// <summary>Plans that were looked at by eye once; MTLS_UPDATE_GOLDEN=1 writes them anew, to be looked at again.</summary>
internal static partial class Golden
{
    internal static void Compare(string name, IEnumerable<StoreStep> plan, params (string Text, string Shown)[] hidden)
    {
        var text = string.Join("\n", plan.Select(step => $"{step.Item.StoreName}{(step.ChangesTrust ? ", changes trust" : "")}\n{step}\n"));
        foreach (var (what, shown) in hidden)
            text = text.Replace(what, shown, StringComparison.Ordinal);
        text = Thumbprint().Replace(text, "<thumbprint>").ReplaceLineEndings("\n");
        var file = Repository.At("tests", "MtlsTools.Core.Tests", "Stores", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("MTLS_UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, text);
        Assert.True(File.Exists(file), $"There is no '{file}'. MTLS_UPDATE_GOLDEN=1 writes it.");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }

    [GeneratedRegex("[0-9A-F]{40}")]
    private static partial Regex Thumbprint();
}
