namespace MtlsTools;

/// <summary>Everything that can go wrong by the caller's input or surroundings. The names are stable: PowerShell shows them as error ids.</summary>
public enum ErrorCode
{
    /// <summary>The file does not exist.</summary>
    FileNotFound,

    /// <summary>The file has no content.</summary>
    FileEmpty,

    /// <summary>The file exists but may not be read.</summary>
    FileNotReadable,

    /// <summary>The file exists and replacing it was not asked for.</summary>
    FileExists,

    /// <summary>The folder or file can not be written.</summary>
    PathNotWritable,

    /// <summary>The content is neither PEM nor a DER structure that this tool knows.</summary>
    ContentNotRecognized,

    /// <summary>A PEM block begins and never ends.</summary>
    PemTruncated,

    /// <summary>A PEM block's base64 text or the structure inside is damaged.</summary>
    ContentDamaged,

    /// <summary>The content is sound but of another kind than wanted: a key where a certificate is wanted, say.</summary>
    WrongContent,

    /// <summary>Several private keys stand where one is wanted.</summary>
    SeveralKeys,

    /// <summary>Several certificates stand where one is wanted.</summary>
    SeveralCertificates,

    /// <summary>The key's type, encryption or encoding is not supported.</summary>
    KeyNotSupported,

    /// <summary>The form is not one for this kind of key, or can not hold what is asked for.</summary>
    KeyFormatInvalid,

    /// <summary>The file holds more than the key, which rewriting it would lose.</summary>
    KeyNotAlone,

    /// <summary>The content is encrypted and no password was given.</summary>
    PasswordRequired,

    /// <summary>The password does not open the content.</summary>
    PasswordWrong,

    /// <summary>The program that the file is for opens nothing with such a password.</summary>
    PasswordNotSuitable,

    /// <summary>A private key is needed and none was found.</summary>
    KeyRequired,

    /// <summary>The private key does not belong to the certificate.</summary>
    KeyMismatch,

    /// <summary>The store or device that holds the key does not let it out.</summary>
    KeyNotExportable,

    /// <summary>The platform's key storage has a key of that name.</summary>
    KeyExists,

    /// <summary>The platform's key storage does not make the key.</summary>
    KeyStorageRefused,

    /// <summary>The key lies nowhere that other accounts could reach.</summary>
    KeyPlaceUnknown,

    /// <summary>There is no account of that name.</summary>
    AccountUnknown,

    /// <summary>The account means everybody, who shall not have a private key.</summary>
    KeyAccessTooWide,

    /// <summary>This account may not see or change who may use the key.</summary>
    KeyAccessDenied,

    /// <summary>The place of the key can not keep such a permission.</summary>
    KeyAccessNotPossible,

    /// <summary>The certificate's issuers are needed and are not known.</summary>
    ChainMissing,

    /// <summary>A distinguished name, host name or address is not well formed.</summary>
    NameInvalid,

    /// <summary>An IP address was given as a DNS name.</summary>
    IpAddressInDnsName,

    /// <summary>The common name is longer than 64 characters (RFC 5280, ub-common-name).</summary>
    CommonNameTooLong,

    /// <summary>Neither a subject nor a subject alternative name says whom the certificate is for.</summary>
    SubjectMissing,

    /// <summary>The profile needs a subject alternative name and there is none.</summary>
    SanRequired,

    /// <summary>The key is too weak to be certified.</summary>
    KeyTooWeak,

    /// <summary>The request's own signature is wrong: it was damaged, or its maker does not hold the key.</summary>
    RequestSignatureInvalid,

    /// <summary>The certificate that should issue is not a CA's, or lacks keyCertSign.</summary>
    IssuerCannotSign,

    /// <summary>The issuer's path length does not allow another CA below it.</summary>
    PathLengthExceeded,

    /// <summary>The wanted lifetime ends after the issuer's.</summary>
    LifetimeBeyondIssuer,

    /// <summary>The wanted lifetime is not a positive length of time, or is beyond the calendar.</summary>
    LifetimeInvalid,

    /// <summary>Neither the caller nor the CA says which profile the certificate is to have.</summary>
    ProfileRequired,

    /// <summary>The profile can not be issued by a CA: a root signs itself.</summary>
    ProfileNotIssuable,

    /// <summary>There is no profile of that name.</summary>
    ProfileNotFound,

    /// <summary>A profile file is damaged, or one of its fields is unknown or mistyped.</summary>
    ProfileInvalid,

    /// <summary>The profile does not certify a name that is asked for.</summary>
    NameNotAllowed,

    /// <summary>The profile does not certify keys of this kind or size.</summary>
    KeyNotAllowed,

    /// <summary>The key was certified before, and the profile does not allow it twice.</summary>
    KeyReused,

    /// <summary>The profile does not allow a lifetime of that length.</summary>
    LifetimeTooLong,

    /// <summary>The name constraints of a CA above forbid a name.</summary>
    NameConstraintViolated,

    /// <summary>A CA above is limited to other extended key usages.</summary>
    UsageNotPermitted,

    /// <summary>The chosen serial number is no positive hexadecimal number of at most 20 octets.</summary>
    SerialNumberInvalid,

    /// <summary>The CA has used the chosen serial number already.</summary>
    SerialNumberUsed,

    /// <summary>The request was denied before.</summary>
    RequestDenied,

    /// <summary>The folder holds no certificate authority.</summary>
    NotAnAuthority,

    /// <summary>The authority has a key and a request, and waits for its certificate.</summary>
    AuthorityPending,

    /// <summary>Another process has renewed the authority since it was opened.</summary>
    AuthorityChanged,

    /// <summary>The certificate is for another authority: it has another name.</summary>
    AuthorityMismatch,

    /// <summary>Another process holds the authority's lock for too long.</summary>
    AuthorityLocked,

    /// <summary>An intermediate is to be renewed, and who signs it was not said.</summary>
    IssuerRequired,

    /// <summary>The index of the authority allows one valid certificate for each subject, and there is one.</summary>
    SubjectNotUnique,

    /// <summary>The index of the authority does not list the certificate.</summary>
    CertificateNotIssued,

    /// <summary>The folder is no lab, or its marker is damaged.</summary>
    NotALab,

    /// <summary>The port is taken by another program.</summary>
    PortInUse,

    /// <summary>The address can not be listened on.</summary>
    AddressNotAvailable,

    /// <summary>The TLS version is not one that can be used here.</summary>
    TlsVersionNotSupported,

    /// <summary>No client came to a server while it was waited for.</summary>
    NoConnection,

    /// <summary>The server has ended, and all that it saw was received.</summary>
    ServerEnded,

    /// <summary>The target is not a URI or host:port that this tool can call.</summary>
    TargetInvalid,

    /// <summary>The proxy's address is not one that can be used.</summary>
    ProxyInvalid,

    /// <summary>The text is no reason for which a server may refuse a client.</summary>
    RejectionReasonInvalid,

    /// <summary>The target showed no certificate that can be read.</summary>
    ServerCertificateNotSeen,

    /// <summary>The target can not be reached, so that there is no handshake to trace.</summary>
    TargetNotReached,

    /// <summary>This runtime does not give out the secrets of a TLS session.</summary>
    KeyLogNotSupported,

    /// <summary>A header of a request can not be sent.</summary>
    HeaderInvalid,

    /// <summary>A request over mutual TLS failed; the report says at which stage and why.</summary>
    RequestFailed,

    /// <summary>The certificate store refused the change.</summary>
    StoreAccessDenied,

    /// <summary>The store has no such certificate.</summary>
    StoreItemNotFound,

    /// <summary>Several certificates of the store fit a name.</summary>
    StoreItemAmbiguous,

    /// <summary>A step reported success, and reading the store back shows that it is not so.</summary>
    StoreNotVerified,

    /// <summary>Another process has been changing the store for too long.</summary>
    StoreLocked,

    /// <summary>The setting means nothing for this kind of store.</summary>
    StoreOptionNotUsed,

    /// <summary>There is no usual store for this, so one must be named.</summary>
    StorePathRequired,

    /// <summary>The certificate is not self-signed, and only roots may be trusted there.</summary>
    NotSelfSigned,

    /// <summary>This takes the rights of root or of an administrator.</summary>
    ElevationRequired,

    /// <summary>This system has no such thing.</summary>
    PlatformNotSupported,

    /// <summary>A program that keeps a store is not installed.</summary>
    ToolMissing,

    /// <summary>A program that keeps a store reported an error, or did not end.</summary>
    ToolFailed,

    /// <summary>A configuration consists of files that are made for it, and no folder was given.</summary>
    ConfigDirectoryRequired,

    /// <summary>A value can not be expressed in the syntax of the configuration.</summary>
    ConfigValueNotWritable,

    /// <summary>The setting means nothing for this program.</summary>
    ConfigOptionNotUsed,

    /// <summary>A configuration lacks a certificate, CA, name or address.</summary>
    ConfigInputMissing,

    /// <summary>The certificate does not do for its place in the configuration.</summary>
    ConfigCertificateNotSuitable,

    /// <summary>The revocation lists would make the program refuse everybody.</summary>
    ConfigCrlNotSuitable,

    /// <summary>The path is none on the system that the configuration is for.</summary>
    ConfigPathInvalid,

    /// <summary>No program of this machine could check or run the configuration.</summary>
    ConfigNotRunnable,

    /// <summary>The program does not start with the configuration.</summary>
    ConfigNotStarted,

    /// <summary>The key is encrypted, and nobody could give its password.</summary>
    KeyEncrypted,

    /// <summary>The days, lifetimes and overlaps of a rotation do not fit together.</summary>
    RotationNotFeasible,

    /// <summary>What a rotation is to work on does not do.</summary>
    RotationInputNotSuitable,

    /// <summary>A field of a rotation's file makes no sense.</summary>
    RotationFileInvalid,

    /// <summary>A rotation's file comes from a newer version of this tool.</summary>
    RotationVersionUnknown,

    /// <summary>Another process is stepping on.</summary>
    RotationLocked,

    /// <summary>The step's day has not come.</summary>
    RotationNotDue,

    /// <summary>Something stands in the way of a step: the old is still used, or what lies elsewhere is not confirmed.</summary>
    RotationBlocked,

    /// <summary>No step is left.</summary>
    RotationFinished,

    /// <summary>The clock is behind what a rotation's file has recorded.</summary>
    RotationClockSetBack,

    // Renewal

    /// <summary>A CA is not renewed like the certificates that it issues.</summary>
    RenewalOfCa,

    /// <summary>The clock says that a certificate that is in use is not valid yet.</summary>
    ClockBehindCertificate,

    /// <summary>A renewed certificate would be refused, or was not written as it is; the old one stays.</summary>
    RenewalNotVerified,

    /// <summary>Another process has been renewing the same files for too long.</summary>
    RenewalLocked,

    /// <summary>A new file can not have the owner and permissions of the one that it replaces.</summary>
    OwnerNotKept,

    /// <summary>Several certificates have one key file, so that a new key would fit one of them only.</summary>
    KeyShared,

    /// <summary>There is no certificate in it that this CA could renew.</summary>
    NothingToRenew,

    /// <summary>A CA folder can not be copied into one file.</summary>
    BackupNotPossible,

    // Revocation lists.

    /// <summary>The certificate was revoked before.</summary>
    AlreadyRevoked,

    /// <summary>A hold is to be lifted, and the certificate is not on hold.</summary>
    NotOnHold,

    /// <summary>The certificate, or the list, is another authority's.</summary>
    CertificateOfAnotherAuthority,

    /// <summary>The index can not record such a reason.</summary>
    RevocationReasonNotAllowed,

    /// <summary>A serial number means one certificate in hexadecimal and another one in decimal.</summary>
    SerialNumberAmbiguous,

    /// <summary>The text is no thumbprint.</summary>
    ThumbprintInvalid,

    /// <summary>The authority's certificate does not allow it to sign revocation lists.</summary>
    CrlSigningNotAllowed,

    /// <summary>The revocation list should have been replaced by now.</summary>
    CrlStale,

    /// <summary>The revocation list is to be replaced sooner than was asked for.</summary>
    CrlEndsSoon,

    /// <summary>The revocation list begins later.</summary>
    CrlNotYetValid,

    /// <summary>The revocation list was not signed by that authority.</summary>
    CrlSignatureInvalid,

    /// <summary>The revocation list is a delta, an indirect one, or has a critical extension that is not understood.</summary>
    CrlNotSupported,

    /// <summary>The encoding holds one revocation list, and there are several.</summary>
    CrlFormatInvalid,

    /// <summary>A file can not be fetched from its URL.</summary>
    DownloadFailed,
}
