using MtlsTools.Rotation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>The plan's file survives people and versions.</summary>
public sealed class RotationFileTests : IDisposable
{
    private static readonly Lazy<string> Plan = new(MakePlan);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // what is found, what takes its place, and the field that is named
    [Theory]
    [InlineData("\"version\": 1", "\"version\": 0", "version")]
    [InlineData("\"kind\": \"Ca\"", "\"kind\": \"Both\"", "kind")]
    [InlineData("\"kind\": \"Ca\"", "\"kind\": 1", "kind")]
    [InlineData("\"kind\": \"Ca\"", "\"kindly\": \"Ca\"", "kind")]
    [InlineData("\"name\": \"rotation\"", "\"name\": \"\"", "name")]
    [InlineData("\"lifetimeDays\": 90", "\"lifetimeDays\": -90", "lifetimeDays")]
    [InlineData("\"step\": \"TrustBoth\"", "\"step\": \"RollOut\"", "steps")]
    [InlineData("2030-02-15T00:00:00+00:00", "2030-01-15T00:00:00+00:00", "steps[3].date")]
    [InlineData("2030-02-15T00:00:00+00:00", "tomorrow", "steps[3].date")]
    [InlineData("\"old\": \"MII", "\"old\": \"MIX", "items[0]")]
    [InlineData("\"newCaSubject\": \"", "\"newCaSubject\": \"=", "newCaSubject")]
    [InlineData("\"endpoints\": []", "\"endpoints\": [\"http://a\"]", "endpoints[0]")]
    [InlineData("\"trustFiles\": [", "\"trustFiles\": [ 7,", "trustFiles[0]")]
    [InlineData("\"kind\": \"Ca\",", "\"kind\": \"Ca\"", "line ")]
    public void A_field_that_was_edited_into_nonsense_is_named(string found, string replaced, string field)
    {
        var file = Edited(found, replaced);

        var refused = Assert.Throws<RotationException>(() => MtlsRotation.Open(file));

        Assert.Equal((ErrorCode.RotationFileInvalid, file), (refused.Code, refused.Path));
        Assert.StartsWith($"'{file}': {field}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_can_not_be_done_before_the_one_before_it()
    {
        var file = folder.Write("plan.json", Plan.Value);
        RotationFile.Write(file, MtlsRotation.Open(file).State.With(RotationAction.RemoveOld, step => step with { Done = RotationWorld.Day0 }));

        Assert.Contains("steps[5].done says that it is done, but the step ProveUnused before it is not", Assert.Throws<RotationException>(() => MtlsRotation.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_left_alone()
    {
        var file = Edited("\"version\": 1", "\"version\": 2");

        var refused = Assert.Throws<RotationException>(() => MtlsRotation.Open(file));

        Assert.Equal(ErrorCode.RotationVersionUnknown, refused.Code);
        Assert.Contains("has the version 2, and this version of MtlsTools knows 1. Update the module", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{ \"schema\": \"other\" }")]
    public void Another_file_is_no_rotation(string text) =>
        Assert.Equal(ErrorCode.WrongContent, Assert.Throws<InputException>(() => MtlsRotation.Open(folder.Write("x.json", text))).Code);

    [Fact]
    public void An_edit_that_makes_sense_is_taken() =>
        Assert.Equal("2030-02-20", RotationSchedule.Date(MtlsRotation.Open(Edited("2030-02-15T00:00:00+00:00", "2030-02-20T00:00:00+00:00")).Schedule.RollOut));

    /// <summary>The plan with the first place of a text changed.</summary>
    private string Edited(string found, string replaced)
    {
        var at = Plan.Value.IndexOf(found, StringComparison.Ordinal);
        Assert.True(at >= 0, found);
        return folder.Write("plan.json", Plan.Value[..at] + replaced + Plan.Value[(at + found.Length)..]);
    }

    private static string MakePlan()
    {
        using var world = new RotationWorld();
        return File.ReadAllText(MtlsRotation.Create(world.File, world.CaOptions, world.Clock).Path);
    }
}
