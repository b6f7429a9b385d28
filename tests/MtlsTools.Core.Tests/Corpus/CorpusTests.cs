using System.Diagnostics;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Corpus;

/// <summary>Broken and odd files, each with what has to come of it (corpus.json). make-corpus.sh makes the files.</summary>
public sealed class CorpusTests
{
    public static TheoryData<int, string> Entries
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var index = 0; index < CorpusEntry.All.Count; index++)
                data.Add(index, CorpusEntry.All[index].ToString());
            return data;
        }
    }

    public static TheoryData<string> Files => [.. Directory.GetFiles(CorpusEntry.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Comes_out_as_expected(int index, string entry)
    {
        _ = entry;
        Assert.Equal(CorpusEntry.All[index].Expected, CorpusEntry.All[index].Outcome());
    }

    [Fact]
    public void Every_file_has_an_expectation() =>
        Assert.Empty(Directory.GetFiles(CorpusEntry.Folder).Select(path => Path.GetFileName(path)).Except(CorpusEntry.All.Select(entry => entry.File)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Is_refused_with_our_own_errors_by_every_reader(string file)
    {
        var content = CorpusEntry.Read(file);
        var watch = Stopwatch.StartNew();
        foreach (var password in new[] { null, "test" })
        {
            Try(() => CertificateReader.Read(content, password is null ? null : Secret.From(password)));
            Try(() => PrivateKey.Parse(content, password is null ? null : Secret.From(password)));
        }

        Try(() => CertificateSigningRequest.Parse(content));
        Try(() => NameConstraints.Decode(content));
        Try(() => AlternativeNames.Decode(content));
        Try(() => PemBlock.ReadAll(content));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{file} took {watch.Elapsed}.");
    }

    [Fact]
    public void A_huge_file_is_refused_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.At("huge.pem")))
            file.SetLength(InputFile.MaximumLength + 1); // sparse

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<InputException>(() => CertificateReader.ReadFile(folder.At("huge.pem")));

        Assert.Equal(ErrorCode.ContentNotRecognized, refused.Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    private static void Try(Func<object?> read)
    {
        try
        {
            _ = read();
        }
        catch (MtlsException)
        {
            // Ours: what it says is the other test's concern.
        }
    }
}
