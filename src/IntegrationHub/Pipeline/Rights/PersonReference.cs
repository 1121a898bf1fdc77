using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>How an operator names a person. An id number never comes as an argument, where the shell would remember it.</summary>
public abstract record PersonReference
{
    private PersonReference() { }

    /// <summary>The person's key inside the hub.</summary>
    public sealed record Key(Guid PersonKey) : PersonReference;

    /// <summary>The source's number of one of their needs.</summary>
    public sealed record Need(string NeedRef) : PersonReference;

    /// <summary>An id number, read from standard input.</summary>
    public sealed record Id(ResidentId Number) : PersonReference
    {
        public override string ToString() => "an id number";
    }

    /// <summary>A person key, a need's reference, or <c>-</c> for an id number on the first line of the input.</summary>
    /// <exception cref="HubProblemException">What was read is no id number (<c>person.id_invalid</c>).</exception>
    public static PersonReference Read(string argument, TextReader input)
    {
        if (argument != "-")
            return Guid.TryParse(argument, out var key) ? new Key(key) : new Need(argument);
        return ResidentId.TryParse(input.ReadLine()?.Trim().ToUpperInvariant(), out var number)
            ? new Id(number)
            : throw new HubProblemException(
                "person.id_invalid", "The first line of the input is no valid id number.", "Write the eighteen characters of the number and nothing else.");
    }
}
