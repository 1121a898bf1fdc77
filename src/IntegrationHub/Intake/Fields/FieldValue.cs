using System.Runtime.CompilerServices;

namespace IntegrationHub.Intake.Fields;

/// <summary>
/// The value of one field, or none. Text and lists are held as they are; days, amounts and numbers in place, because a box
/// for each would be most of what a night allocates.
/// </summary>
internal readonly struct FieldValue
{
    // The text or list; for a value held in place, its type; null when there is no value.
    private readonly object? _reference;
    private readonly Int128 _bits;

    private FieldValue(object reference, Int128 bits)
    {
        _reference = reference;
        _bits = bits;
    }

    public bool IsAbsent => _reference is null;

    public static FieldValue OfReference(object value) => new(value, 0);

    public static FieldValue Of<T>(T value) where T : unmanaged
    {
        Int128 bits = 0;
        Unsafe.As<Int128, T>(ref bits) = value;
        return new FieldValue(typeof(T), bits);
    }

    /// <summary>The text or list; null when there is none.</summary>
    public T? Reference<T>() where T : class => (T?)_reference;

    /// <summary>The value held in place; null when there is none.</summary>
    public T? Value<T>() where T : struct => IsAbsent ? null : As<T>();

    /// <summary>The value, of either kind; there must be one.</summary>
    public T As<T>()
    {
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            if (!ReferenceEquals(_reference, typeof(T)))
                throw new InvalidCastException($"The field is no {typeof(T).Name}."); // a mistake in a translator, never in data
            var bits = _bits;
            return Unsafe.As<Int128, T>(ref bits);
        }

        return (T)(_reference ?? throw new InvalidOperationException("The field is absent."));
    }

    /// <summary>The value as an object: for tests and for telling what a repair made of a cell.</summary>
    public object? Boxed() => _reference switch
    {
        null => null,
        Type type when type == typeof(DateOnly) => Value<DateOnly>(),
        Type type when type == typeof(decimal) => Value<decimal>(),
        Type type when type == typeof(int) => Value<int>(),
        Type type when type == typeof(bool) => Value<bool>(),
        Type type when type == typeof(DateTimeOffset) => Value<DateTimeOffset>(),
        var text => text,
    };

    /// <summary>Personal: never printed.</summary>
    public override string ToString() => IsAbsent ? "absent" : "a value";
}
