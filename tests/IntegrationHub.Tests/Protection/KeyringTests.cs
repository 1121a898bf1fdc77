using System.Security.Cryptography;
using CsCheck;
using IntegrationHub.Protection;

namespace IntegrationHub.Tests.Protection;

public sealed class KeyringTests
{
    private static readonly Keyring One = new(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly Keyring Other = new(Enumerable.Repeat((byte)2, 32).ToArray());

    [Fact]
    public void What_was_sealed_opens_again() => Gen.Byte.Array[0, 2_000].Sample(plain =>
        One.OpenFromStore(One.SealForStore(plain)).SequenceEqual(plain));

    [Fact]
    public void A_flipped_bit_does_not_open() => Gen.Select(Gen.Byte.Array[1, 100], Gen.Int[0, 100_000]).Sample((plain, at) =>
    {
        var sealedBytes = One.SealForStore(plain);
        sealedBytes[at % sealedBytes.Length] ^= 1;
        return Assert.ThrowsAny<CryptographicException>(() => One.OpenFromStore(sealedBytes)) is not null;
    });

    [Fact]
    public void Another_master_key_opens_nothing_and_names_people_differently()
    {
        Assert.ThrowsAny<CryptographicException>(() => Other.OpenFromStore(One.SealForStore([1, 2, 3])));
        Assert.NotEqual(One.PersonKey("resident-id", "x"), Other.PersonKey("resident-id", "x"));
    }

    [Fact]
    public void Two_recipients_know_one_person_by_two_names()
    {
        var person = One.PersonKey("resident-id", "x");

        Assert.NotEqual(One.Pairwise(person, "A"), One.Pairwise(person, "B"));
        Assert.Equal(One.Pairwise(person, "A"), One.Pairwise(person, "A"));
    }

    [Fact]
    public void Sealing_twice_gives_different_bytes() => Assert.NotEqual(One.SealForStore([1]), One.SealForStore([1]));
}
