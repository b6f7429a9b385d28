namespace MtlsTools.Inventory;

/// <summary>The forms of a report.</summary>
public enum ReportFormat
{
    /// <summary>One page for people, with everything in it.</summary>
    Html,

    /// <summary>A table (RFC 4180).</summary>
    Csv,

    /// <summary>Everything, for programs.</summary>
    Json,

    /// <summary>A test case for each item (JUnit's XML), for build servers.</summary>
    JUnit,

    /// <summary>Metrics in Prometheus' text form, for the textfile collector of node_exporter.</summary>
    Prometheus,

    /// <summary>A calendar with a day for each renewal (iCalendar, RFC 5545).</summary>
    Ics,
}
