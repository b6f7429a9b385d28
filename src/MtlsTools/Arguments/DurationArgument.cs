using System.Globalization;

namespace MtlsTools.Commands;

/// <summary>A length of time: a TimeSpan, a number of days, or a text such as <c>30d</c> or <c>12h</c>. PowerShell converts by these constructors; a bare number would be ticks to it.</summary>
public sealed class DurationArgument
{
    /// <summary>A TimeSpan.</summary>
    public DurationArgument(TimeSpan value) => Value = value;

    /// <summary>Days.</summary>
    public DurationArgument(int days) => Value = TimeSpan.FromDays(days);

    /// <summary>Days.</summary>
    public DurationArgument(double days) => Value = TimeSpan.FromDays(days);

    /// <summary>Days (<c>30</c>, <c>30d</c>), hours (<c>12h</c>), or .NET's form (<c>30.12:00:00</c>).</summary>
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public DurationArgument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Value = Parse(text.Trim()) ?? throw new ArgumentException($"'{text}' is not a length of time. Write 30 or 30d for days, 12h for hours, or give a TimeSpan.", nameof(text));
    }

    /// <summary>The length.</summary>
    public TimeSpan Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    private static TimeSpan? Parse(string text)
    {
        if (Number(text) is { } bare)
            return TimeSpan.FromDays(bare);
        if (text.Length > 1 && Number(text[..^1]) is { } number)
        {
            switch (text[^1])
            {
                case 'd' or 'D':
                    return TimeSpan.FromDays(number);
                case 'h' or 'H':
                    return TimeSpan.FromHours(number);
            }
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 36500 ? number : null;
}
