using MtlsTools.Encoding;

namespace MtlsTools.Configuration;

/// <summary>Writes the files of a configuration.</summary>
internal static class ConfigWriter
{
    /// <summary>Every place is taken before the first file appears; the configuration itself comes last, so that it never names what is not there.</summary>
    /// <exception cref="OutputException">A file exists, or the folder can not be written.</exception>
    internal static void Write(string folder, IReadOnlyList<ConfigFile> files, bool overwrite)
    {
        var pending = new List<(PendingFile File, byte[] Content)>();
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in files.Reverse())
                pending.Add((PendingFile.Create(Path.Combine(folder, file.Name), file.Audience, overwrite), file.Content!));
            foreach (var (file, content) in pending)
                file.Write(content);
            foreach (var (file, _) in pending)
                file.Commit();
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(folder, denied);
        }
        finally
        {
            pending.ForEach(one => one.File.Dispose());
        }
    }
}
