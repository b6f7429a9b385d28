namespace MtlsTools.Stores;

/// <summary>One step of a plan: what goes where, why, and how.</summary>
public sealed record StoreStep
{
    internal StoreStep(Func<bool> isDone, Func<Action> carry)
    {
        IsDone = isDone;
        Carry = carry;
    }

    /// <summary>What the step puts into a store, or takes out of it.</summary>
    public required StoreItem Item { get; init; }

    /// <summary>What is done, as a sentence without its subject: <c>Add the certificate with its key</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Why, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The settings it is done with, by the platform's names.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The commands that are run, as they could be typed; empty where no program is run. Secrets are never among them.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Whether the certificate is taken out of use rather than put in.</summary>
    public bool Removes { get; init; }

    /// <summary>Whether it changes what is trusted: then it is asked for by itself.</summary>
    public bool ChangesTrust { get; init; }

    /// <summary>Whether the store is as the step would leave it. Asked before (nothing is done then) and after (it must be).</summary>
    internal Func<bool> IsDone { get; }

    /// <summary>Does it, and returns what undoes it. When it throws, the store must be as it was.</summary>
    internal Func<Action> Carry { get; }

    /// <summary>The step in words: the place, whose certificate, what is done and how, why, and the commands.</summary>
    public override string ToString() =>
        $"{Item.Place}: '{Item.Name}' ({Item.Role}, {Item.Thumbprint}). {Action}{(Flags.Count == 0 ? "" : $" ({string.Join(", ", Flags)})")}. {Reason}{string.Concat(Commands.Select(command => $"{Environment.NewLine}    {command}"))}";
}
