namespace MtlsTools.Keys.Access;

/// <summary>A change of who may use a key, planned and not yet made.</summary>
public sealed class KeyAccessChange
{
    private readonly Action? apply;

    internal KeyAccessChange(string description, IReadOnlyList<string> warnings, Action? apply)
    {
        Description = description;
        Warnings = warnings;
        this.apply = apply;
    }

    /// <summary>What is done and how, as a sentence without its subject.</summary>
    public string Description { get; }

    /// <summary>What the administrator has to know: what keeps the change from having the effect that is wanted.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Whether everything is as it would be afterwards.</summary>
    public bool IsDone => apply is null;

    /// <summary>Makes the change and reads it back.</summary>
    /// <exception cref="MtlsException">The system refused it.</exception>
    public void Apply() => apply?.Invoke();
}
