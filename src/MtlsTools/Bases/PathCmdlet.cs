using System.Management.Automation;

namespace MtlsTools.Commands;

/// <summary>The base of cmdlets that read files: -Path with wildcards, -LiteralPath without.</summary>
public abstract class PathCmdlet : AsyncCmdlet
{
    /// <summary>The parameter set of -Path.</summary>
    protected const string PathSet = "Path";

    /// <summary>The parameter set of -LiteralPath.</summary>
    protected const string LiteralPathSet = "LiteralPath";

    /// <summary>Files, or folders where the cmdlet takes them; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken as written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Takes a path that is not one of the file system's; false leaves it an error.</summary>
    protected virtual bool TakeOther(string path, bool literal) => false;

    /// <summary>Takes a text of the pipeline that is no path but a content.</summary>
    protected virtual bool TakeContent(string text) => false;

    /// <summary>Runs the work for every file that this record names; each may fail on its own.</summary>
    protected void ForEachPath(Action<string> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        foreach (var path in LiteralPath.Where(path => !TakeOther(path, literal: true)))
            this.Attempt(path, () => work(this.FilePath(path)));
        foreach (var path in Path.Where(path => !TakeContent(path) && !TakeOther(path, literal: false)))
        {
            foreach (var file in this.Expand(path))
                this.Attempt(file, () => work(file));
        }
    }
}
