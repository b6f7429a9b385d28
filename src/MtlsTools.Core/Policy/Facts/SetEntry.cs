
namespace MtlsTools.Policy;

/// <summary>What rules over many certificates want to know of each: a few references that live as long as the call.</summary>
/// <param name="Label">What people find it by.</param>
/// <param name="Identity">The whole of it.</param>
/// <param name="Subject">Its subject and alternative names: whom it is for.</param>
/// <param name="Key">Its SubjectPublicKeyInfo.</param>
/// <param name="Facts">The certificate; null for a request.</param>
internal readonly record struct SetEntry(string Label, ReadOnlyMemory<byte> Identity, ReadOnlyMemory<byte> Subject, ReadOnlyMemory<byte> Key, CertificateFacts? Facts);
