using MtlsTools.Certificates;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Nss;

/// <summary>Databases of NSS: Firefox' profiles, Chromium on Linux, and servers that use NSS.</summary>
/// <param name="processes">Runs NSS' tools.</param>
/// <param name="location">Where databases lie; null for the user's own places.</param>
internal sealed class NssAdapter(IProcessRunner processes, NssLocation? location = null) : IStoreAdapter
{
    private readonly NssLocation location = location ?? NssLocation.Current;

    public void Require(StoreOptions options)
    {
        NssTools.Find(processes);
        StoreErrors.RequireForFiles(StoreTarget.Nss, options, "every program that opens the database may use its keys", "a database is for whoever opens its folder");
    }

    public IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate, StoreOptions options)
    {
        var database = Open(options, location.Resolve(options.StorePath, toChange: true));
        var entries = database.Read(keysRequired: true);
        var steps = NssPlacement.Plan(certificate, options, entries, key => !database.IsNew && database.HasKey(key)).Select(placement => Step(database, placement)).ToList();
        if (database.IsNew)
            steps[0] = steps[0] with { Commands = [database.Shown.Create(options.StorePassword is { Length: > 0 }).ToString(), .. steps[0].Commands] };
        if (options.ReplaceOlder && steps[0].Item.StoreName == MtlsStoreName.My)
            steps.AddRange(entries.Where(one => one.HasKey && Succession.Replaces(certificate, one.Certificate)).Select(older => Removal(database, ToItem(database, older), "Remove the predecessor", "It has the same names and ends earlier.")));
        return steps;
    }

    public IEnumerable<StoreItem> Read(StoreOptions options)
    {
        var database = Open(options, location.Resolve(options.StorePath, toChange: false));
        return database.Read(keysRequired: false).Select(entry => ToItem(database, entry)).Where(item => options.StoreName is null || item.StoreName == options.StoreName);
    }

    public StoreStep PlanRemoval(StoreItem item, StoreOptions options) =>
        Removal(Open(options, item.StorePath!), item, "Remove the certificate", "It was asked for.");

    private NssDatabase Open(StoreOptions options, string folder) => new(new NssTools(processes, folder, options.StorePassword));

    private static StoreStep Step(NssDatabase database, NssPlacement placement) => new(
        () => NssDatabase.Find(database.Read(keysRequired: true), placement.Certificate) is { } there && (!placement.WithKey || there.HasKey) && there.Trust.Includes(placement.Trust),
        () => database.Add(placement.Certificate, placement.Nickname, placement.Trust, placement.WithKey))
    {
        Item = new StoreItem(StoreTarget.Nss, placement.StoreName, placement.Certificate, placement.WithKey) { StorePath = database.Folder, Alias = placement.Nickname },
        Action = placement.Action,
        Reason = placement.Reason,
        Flags = placement.Trust == NssTrust.None ? [] : [$"trust {placement.Trust}"],
        Commands = [(placement.ImportsKey ? database.Shown.ImportPfx() : database.Shown.Add(placement.Nickname, placement.Trust)).ToString()],
        ChangesTrust = placement.Trust != NssTrust.None,
    };

    private static StoreStep Removal(NssDatabase database, StoreItem item, string action, string reason) => new(
        () => NssDatabase.Find(database.Read(keysRequired: true), item.Certificate) is null,
        () => database.Remove(item.Certificate))
    {
        Item = item,
        Removes = true,
        Action = item.HasPrivateKey ? $"{action} and its private key" : action,
        Reason = reason,
        Commands = [database.Shown.Delete(item.Alias ?? "", item.Certificate.PublicKey).ToString(), .. item.HasPrivateKey ? [database.Shown.DeleteKey(item.Certificate.PublicKey).ToString()] : Array.Empty<string>()],
    };

    private static StoreItem ToItem(NssDatabase database, NssEntry entry) => new(StoreTarget.Nss, entry.StoreName, entry.Certificate, entry.HasKey)
    {
        StorePath = database.Folder,
        Alias = entry.Nickname.Length > 0 ? entry.Nickname : null,
    };
}
