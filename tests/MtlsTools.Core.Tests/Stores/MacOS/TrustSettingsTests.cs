using MtlsTools.Stores.MacOS;

namespace MtlsTools.Tests.Stores.MacOS;

/// <summary>The property list of <c>security trust-settings-export</c>.</summary>
public sealed class TrustSettingsTests
{
    private const string Hash = "B307B90CCD374080E74F1B15AF602B35A75D8401";

    [Theory]
    [InlineData("", true)]
    [InlineData("<key>trustSettings</key><array/>", true)]
    [InlineData("<key>trustSettings</key><array><dict><key>kSecTrustSettingsPolicyName</key><string>sslServer</string></dict></array>", true)]
    [InlineData("<key>trustSettings</key><array><dict><key>kSecTrustSettingsResult</key><integer>1</integer></dict></array>", true)]
    [InlineData("<key>trustSettings</key><array><dict><key>kSecTrustSettingsResult</key><integer>2</integer></dict></array>", true)]
    [InlineData("<key>trustSettings</key><array><dict><key>kSecTrustSettingsResult</key><integer>3</integer></dict></array>", false)]
    public void An_entry_trusts_unless_it_denies(string settings, bool trusted)
    {
        var list = $"""<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>trustList</key><dict><key>{Hash}</key><dict><key>modDate</key><date>2024-01-28T17:10:00Z</date>{settings}</dict></dict><key>trustVersion</key><integer>1</integer></dict></plist>""";

        Assert.Equal(trusted, TrustSettings.Trusted(list).Contains(Hash));
    }

    [Fact]
    public void Nothing_is_trusted_by_an_empty_list_and_another_file_is_an_error()
    {
        Assert.Empty(TrustSettings.Trusted("<plist version=\"1.0\"><dict/></plist>"));
        Assert.Equal(ErrorCode.ToolFailed, Assert.Throws<StoreException>(() => TrustSettings.Trusted("bplist00")).Code);
    }
}
