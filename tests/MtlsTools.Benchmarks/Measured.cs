using System.Diagnostics;

namespace MtlsTools.Benchmarks;

/// <summary>Times of repeated runs.</summary>
internal sealed class Measured(string name)
{
    private readonly List<double> milliseconds = [];

    internal double Median => milliseconds.Order().ElementAt(milliseconds.Count / 2);

    internal double First => milliseconds[0];

    internal void Time(Action work)
    {
        var begin = Stopwatch.GetTimestamp();
        work();
        Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    /// <summary>Takes a time that was measured elsewhere.</summary>
    internal void Add(double time) => milliseconds.Add(time);

    public override string ToString() => $"{name,-46} median {Median,9:F1} ms   first {First,9:F1} ms   fastest {milliseconds.Min(),9:F1} ms   runs {milliseconds.Count}";
}
