namespace Mocks.CharityFederation;

/// <summary>What becomes of a reaction after one of its steps.</summary>
internal enum Step
{
    /// <summary>The next stage may begin.</summary>
    Go,

    /// <summary>Claims are on hold: wait until they are not.</summary>
    Hold,

    /// <summary>Nothing more will happen.</summary>
    End,

    /// <summary>The hub could not be persuaded: rest until the same offer comes again, then go on here.</summary>
    Fail,
}
