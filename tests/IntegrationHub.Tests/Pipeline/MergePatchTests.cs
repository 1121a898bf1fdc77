using System.Text.Json.Nodes;
using IntegrationHub.Pipeline.Redrive;

namespace IntegrationHub.Tests.Pipeline;

public sealed class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"a":3}""", """{"a":3,"b":2}""", "/a")]
    [InlineData("""{"a":1,"b":2}""", """{"b":null}""", """{"a":1}""", "/b")]
    [InlineData("""{"a":1}""", """{"b":null,"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":{"x":1,"y":2}}""", """{"a":{"y":3,"z":4}}""", """{"a":{"x":1,"y":3,"z":4}}""", "/a/y /a/z")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", """{"a":[1]}""", "/a")]
    [InlineData("""{"a/b":1}""", """{"a/b":2}""", """{"a/b":2}""", "/a~1b")]
    public void A_patch_changes_what_it_names_and_says_where(string body, string patch, string edited, string changed)
    {
        var result = MergePatch.Apply(JsonNode.Parse(body)!.AsObject(), JsonNode.Parse(patch)!.AsObject());

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(edited), result.Edited), result.Edited.ToJsonString());
        Assert.Equal(changed, string.Join(' ', result.Changed));
    }

    [Fact]
    public void Of_a_sealed_record_nothing_is_shown_but_what_names_no_person()
    {
        var record = JsonNode.Parse("""{"$kind":"need","sourceKey":"k","version":7,"idNo":"secret","circumstances":{"cost":30000,"notes":["secret"]},"amount":null}""")!;

        var masked = EditDesk.Mask(record.AsObject()).ToJsonString();

        Assert.Equal("""{"$kind":"need","sourceKey":"k","version":7,"idNo":"***","circumstances":{"cost":"***","notes":["***"]},"amount":null}""", masked);
    }
}
