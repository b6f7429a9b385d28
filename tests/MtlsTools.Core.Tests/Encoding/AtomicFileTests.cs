using MtlsTools.Encoding;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Encoding;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(FileAudience.Everyone)]
    [InlineData(FileAudience.OwnerOnly)]
    public void Writes_and_leaves_nothing_else(FileAudience audience)
    {
        AtomicFile.Write(folder.At("a b.pem"), "new"u8, audience, overwrite: false);

        Assert.Equal("new", File.ReadAllText(folder.At("a b.pem")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Leaves_an_existing_file_as_it_is()
    {
        folder.Write("a", "old");

        var refused = Assert.Throws<OutputException>(() => AtomicFile.Write(folder.At("a"), "new"u8, FileAudience.Everyone, overwrite: false));

        Assert.Equal((ErrorCode.FileExists, folder.At("a")), (refused.Code, refused.Path));
        Assert.Equal("old", File.ReadAllText(folder.At("a")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Replaces_a_file_when_asked_to()
    {
        folder.Write("a", "old and longer");

        AtomicFile.Write(folder.At("a"), "new"u8, FileAudience.Everyone, overwrite: true);

        Assert.Equal("new", File.ReadAllText(folder.At("a")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(true, ErrorCode.PathNotWritable)]
    [InlineData(false, ErrorCode.FileExists)]
    public void Never_replaces_a_folder(bool overwrite, ErrorCode code)
    {
        Directory.CreateDirectory(folder.At("a", "b"));

        Assert.Equal(code, Assert.Throws<OutputException>(() => AtomicFile.Write(folder.At("a"), "new"u8, FileAudience.Everyone, overwrite)).Code);
        Assert.Equal([folder.At("a")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    // the folder is missing, or is a file
    [InlineData("missing")]
    [InlineData("file")]
    public void Says_when_the_folder_can_not_be_written(string parent)
    {
        folder.Write("file", "x");

        var refused = Assert.Throws<OutputException>(() => AtomicFile.Write(folder.At(parent, "a"), "new"u8, FileAudience.Everyone, overwrite: false));

        Assert.Equal((ErrorCode.PathNotWritable, folder.At(parent, "a")), (refused.Code, refused.Path));
    }

    [Fact]
    public void Of_many_writers_one_wins_and_the_others_are_told()
    {
        var outcomes = new System.Collections.Concurrent.ConcurrentBag<string>();

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, writer =>
        {
            try
            {
                AtomicFile.Write(folder.At("a"), System.Text.Encoding.ASCII.GetBytes($"{writer}"), FileAudience.OwnerOnly, overwrite: false);
                outcomes.Add($"{writer}");
            }
            catch (OutputException refused) when (refused.Code == ErrorCode.FileExists)
            {
                outcomes.Add("refused");
            }
        });

        var winner = Assert.Single(outcomes, outcome => outcome != "refused");
        Assert.Equal(16, outcomes.Count);
        Assert.Equal(winner, File.ReadAllText(folder.At("a")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [SkippableFact]
    public void A_key_file_is_its_owners_alone_before_its_first_byte()
    {
        using var file = AtomicFile.Create(folder.At("a"), FileAudience.OwnerOnly);

        Assert.Equal((0L, "600"), (file.Length, UnixMode.Of(folder.At("a"))));
    }

    [SkippableFact]
    public void A_key_that_replaces_a_public_file_is_its_owners_alone()
    {
        UnixMode.Set(folder.Write("a", "old"), "666");

        AtomicFile.Write(folder.At("a"), "new"u8, FileAudience.OwnerOnly, overwrite: true);

        Assert.Equal("600", UnixMode.Of(folder.At("a")));
    }

    [SkippableFact]
    public void A_private_folder_is_its_owners_alone()
    {
        AtomicFile.CreatePrivateDirectory(folder.At("p"));

        Assert.Equal("700", UnixMode.Of(folder.At("p")));
    }
}
