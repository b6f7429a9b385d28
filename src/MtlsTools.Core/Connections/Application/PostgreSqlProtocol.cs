using System.Buffers.Binary;

namespace MtlsTools.Connections.Application;

/// <summary>PostgreSQL: the start-up message, and what the server asks for in return.</summary>
internal sealed class PostgreSqlProtocol : IApplicationProtocol
{
    private const int Version3 = 196608;
    private const int Header = 5;

    /// <summary>invalid_authorization_specification: no certificate, or not this user's.</summary>
    private const string Unauthorized = "28000";

    /// <param name="target">The user and the database may stand in it: user@host:port/database.</param>
    /// <param name="commonName">The client certificate's; the server's rules compare the user with it.</param>
    internal PostgreSqlProtocol(ConnectionTarget target, string? commonName)
    {
        var user = target.Uri.UserInfo is { Length: > 0 } given ? Uri.UnescapeDataString(given.Split(':')[0]) : commonName ?? "postgres";
        var database = Uri.UnescapeDataString(target.Uri.AbsolutePath.Trim('/'));
        var text = System.Text.Encoding.UTF8.GetBytes($"user\0{user}\0database\0{(database.Length > 0 ? database : user)}\0application_name\0MtlsTools\0\0");
        var request = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(request, request.Length);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), Version3);
        text.CopyTo(request, 8);
        Request = request;
    }

    public ReadOnlyMemory<byte> Request { get; }

    public AnswerState Look(ReadOnlySpan<byte> answer)
    {
        if (answer[0] is not ((byte)'E' or (byte)'R' or (byte)'v' or (byte)'N'))
            return AnswerState.Complete;
        if (answer.Length < Header)
            return AnswerState.Begun;
        return answer[0] != 'E' || answer.Length > BinaryPrimitives.ReadInt32BigEndian(answer[1..]) ? AnswerState.Complete : AnswerState.Judgeable;
    }

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < Header || answer[0] is not ((byte)'E' or (byte)'R' or (byte)'v' or (byte)'N'))
            return new ApplicationAnswer { Protocol = "PostgreSQL", IsProper = false };
        if (answer[0] != 'E')
            return new ApplicationAnswer { Protocol = "PostgreSQL" };
        var fields = System.Text.Encoding.UTF8.GetString(answer[Header..]).Split('\0').Where(field => field.Length > 1).ToLookup(field => field[0], field => field[1..]);
        var code = fields['C'].FirstOrDefault();
        return new ApplicationAnswer { Protocol = "PostgreSQL", IsRefusal = code == Unauthorized, Complaint = $"{code} {fields['M'].FirstOrDefault()}".Trim() };
    }
}
