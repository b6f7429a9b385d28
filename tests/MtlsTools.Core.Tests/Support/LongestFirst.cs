using Xunit.Abstractions;

[assembly: TestCollectionOrderer("MtlsTools.Tests.Support." + nameof(MtlsTools.Tests.Support.LongestFirst), "MtlsTools.Core.Tests")]

namespace MtlsTools.Tests.Support;

/// <summary>The Pester suite takes longest by far: begun first, it is finished when the others are.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName.Contains(nameof(PesterSuiteTests), StringComparison.Ordinal));
}
