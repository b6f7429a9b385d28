using MtlsTools.Connections.Application;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>What is to be said of the answer of a server that let the client in.</summary>
internal static class AnswerFindings
{
    internal static IEnumerable<Finding> Of(ApplicationAnswer answer, ConnectionTarget target, ConnectionOptions options)
    {
        var expected = options.Http.ExpectedStatus;
        if (answer.StayedOpen)
            yield return Information(FindingId.AcceptanceNotProved, $"{target} kept the connection after the handshake, but said nothing: it did not refuse this client, and nothing proves that it accepted it.", "Name what it speaks with -Protocol, so that it has to answer.");
        else if (answer.IsIncomplete)
            yield return new Finding(FindingId.AnswerIncomplete, FindingSide.Server, FindingSeverity.Warning, $"{target} began an answer and did not come to an end of its first line within {options.Timeout.TotalSeconds:0.###} seconds or 32 KiB.", "The connection is proved; look at the server, which is slow or broken.");
        else if (answer.Protocol == "HTTP" && !answer.IsProper && expected.Count == 0 && options.Protocol is null)
            yield return Information(FindingId.NotHttp, $"{target} answered with something other than HTTP; that it answered proves the connection.", "Nothing to do.");
        else if (!answer.IsProper)
            yield return new Finding(answer.Protocol == "HTTP" ? FindingId.NotHttp : FindingId.UnexpectedAnswer, FindingSide.Server, FindingSeverity.Error, $"{target} answered with something other than {answer.Protocol}.", "Name the protocol that it speaks with -Protocol.");
        else if (answer.Complaint is { } complaint)
            yield return Information(FindingId.ApplicationError, $"{target} answered in {answer.Protocol}: {complaint}. That it answered proves the connection.", "If the complaint matters, look into the server's log.");
        else if (answer.Status is { } status && expected.Count > 0 && !expected.Contains(status))
            yield return new Finding(FindingId.UnexpectedHttpStatus, FindingSide.Server, FindingSeverity.Error, $"The request was answered with the HTTP status {status}, and {string.Join(" or ", expected)} was expected.", "Check the path, the method and the headers; the connection itself is proved.");
        else if (answer.Status is >= 400 and var failure && expected.Count == 0)
            yield return Information(FindingId.UnexpectedHttpStatus, $"The request was answered with the HTTP status {failure}; that it was answered proves the connection.", "Name a path that exists in the target, if the status matters.");
    }

    private static Finding Information(FindingId id, string cause, string remedy) => new(id, FindingSide.Server, FindingSeverity.Information, cause, remedy);
}
