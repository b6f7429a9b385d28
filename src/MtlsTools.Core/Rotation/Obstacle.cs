namespace MtlsTools.Rotation;

/// <summary>What keeps a step from being done.</summary>
/// <param name="Text">What, and what to do about it.</param>
/// <param name="IsConfirmable">Whether it is only that nobody here can know: then it is enough that somebody says that it is done.</param>
internal sealed record Obstacle(string Text, bool IsConfirmable = false);
