namespace MtlsTools.Benchmarks;

/// <summary>Things done per second, in repeated runs.</summary>
internal sealed class Rate(string name)
{
    private readonly List<double> perSecond = [];

    internal double Median => perSecond.Order().ElementAt(perSecond.Count / 2);

    internal void Add(double rate) => perSecond.Add(rate);

    public override string ToString() => $"{name,-46} median {Median,9:F0} /s   slowest {perSecond.Min(),9:F0} /s   fastest {perSecond.Max(),9:F0} /s   runs {perSecond.Count}";
}
