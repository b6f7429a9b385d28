using MtlsTools.Encoding;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Encoding;

public sealed class FileLockTests
{
    [Fact]
    public async Task Whoever_waits_can_be_stopped_and_gets_it_when_it_is_free()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("tool", "#!/bin/sh");
        FileLock Take(CancellationToken cancellation = default) => FileLock.Take(
            () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None),
            denied => new StoreException(ErrorCode.StoreAccessDenied, denied.Message),
            busy => new StoreException(ErrorCode.StoreLocked, busy.Message),
            cancellation);

        var held = Take();
        using var stop = new CancellationTokenSource(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => Take(stop.Token)));
        var waiting = Task.Run(() => Take());
        await Task.Delay(50);
        Assert.False(waiting.IsCompleted);
        held.Dispose();

        using var free = await waiting;
        Assert.Equal("#!/bin/sh", new StreamReader(free.File).ReadToEnd());
    }

    [Fact]
    public void A_file_that_can_not_be_opened_is_not_waited_for()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<StoreException>(() => FileLock.Take(
            Path.Combine(folder.Path, "missing", "lock"),
            denied => new StoreException(ErrorCode.StoreAccessDenied, denied.Message),
            busy => new StoreException(ErrorCode.StoreLocked, busy.Message)));
        Assert.Equal(ErrorCode.StoreAccessDenied, error.Code);
    }
}
