namespace MtlsTools.Host;

/// <summary>A revocation list that the platform has fetched and kept.</summary>
internal sealed record CachedCrl(FileState State, string Issuer, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate);
