using System.Management.Automation;
using MtlsTools.Rotation;

namespace MtlsTools.Commands;

/// <summary>Wherever a rotation is wanted: its file, or the object of New-MtlsRotation, or one of its steps.</summary>
public sealed class RotationArgument
{
    private readonly object value;

    /// <summary>The path of a rotation's file.</summary>
    public RotationArgument(string path) => value = path;

    /// <summary>A rotation's file.</summary>
    public RotationArgument(FileInfo file) => value = (file ?? throw new ArgumentNullException(nameof(file))).FullName;

    /// <summary>A rotation.</summary>
    public RotationArgument(MtlsRotation rotation) => value = (rotation ?? throw new ArgumentNullException(nameof(rotation))).Path;

    /// <summary>A step of a rotation.</summary>
    public RotationArgument(RotationStep step) => value = (step ?? throw new ArgumentNullException(nameof(step))).Rotation.Path;

    /// <inheritdoc/>
    public override string ToString() => value.ToString() ?? "";

    /// <summary>Read anew each time, because another process may have stepped on.</summary>
    internal MtlsRotation Resolve(PSCmdlet cmdlet) => MtlsRotation.Open(cmdlet.FilePath((string)value));
}
