using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>From the platform's rows to canonical records: one small class a file type, fields found by name once.</summary>
internal static class ProvincialTranslators
{
    /// <summary>The translator of a layout, which must have what its type needs.</summary>
    /// <exception cref="Contracts.HubProblemException"><c>layout.invalid</c>: a field is missing, unknown or of another form.</exception>
    public static ISnapshotTranslator For(SnapshotLayout layout)
    {
        LayoutFields.Check(layout);
        return layout.Type switch
        {
            "HZ" => new Households(layout),
            "CY" => new Members(layout),
            "RD" => new Recognitions(layout),
            "FF" => new Payments(layout),
            "XQ" => new Needs(layout),
            "TY" => new Consents(layout),
            _ => throw new InvalidOperationException($"No translator for type {layout.Type}."),
        };
    }

    private abstract class Translator(SnapshotLayout layout) : ISnapshotTranslator
    {
        public string Type => layout.Type;

        public abstract CanonicalRecord Translate(RowReading row, RecordOrigin origin);

        /// <summary>Where an optional field stands; null when this source does not send it.</summary>
        protected int? At(string field) => layout.PositionOf(field);

        protected int Needed(string field) => layout.PositionOf(field)
            ?? throw new InvalidOperationException($"Layout {layout.Layout} has no field {field}."); // LayoutFields refused such a layout

        /// <summary>True if the value was put right by this rule, alone or with others.</summary>
        protected static bool WasPutRight(RowReading row, int? position, string rule) =>
            row.RuleOf(position) is { } rules && rules.Contains(rule, StringComparison.Ordinal);
    }

    private sealed class Households : Translator
    {
        private readonly int _ref, _headName, _headId, _division;
        private readonly int? _operation, _count, _category, _residence, _registered, _phone;

        public Households(SnapshotLayout layout) : base(layout) =>
            (_ref, _headName, _headId, _count, _category, _division, _residence, _registered, _phone, _operation) =
            (Needed("householdRef"), Needed("headName"), Needed("headIdNo"), At("memberCount"), At("category"), Needed("division"),
                At("residenceAddress"), At("registeredAddress"), At("phone"), At("operation"));

        public override CanonicalRecord Translate(RowReading row, RecordOrigin origin) => new HouseholdRecord
        {
            SourceKey = origin.SourceKey,
            Version = origin.Version,
            ContentHash = origin.ContentHash,
            Row = origin.Row,
            HouseholdRef = row.Required<string>(_ref),
            HeadIdNo = row.Optional<string>(_headId),
            HeadName = row.Required<string>(_headName),
            MemberCount = row.OptionalValue<int>(_count),
            Category = row.Optional<string>(_category),
            Division = row.Required<string>(_division),
            ResidenceAddress = row.Optional<string>(_residence),
            RegisteredAddress = row.Optional<string>(_registered),
            Phone = row.Optional<string>(_phone),
            Ended = row.Optional<string>(_operation) == "ENDED",
        };
    }

    private sealed class Members : Translator
    {
        private readonly int _ref, _name;
        private readonly int? _id, _relation, _sex, _birth, _health, _disability, _labour, _education;

        public Members(SnapshotLayout layout) : base(layout) =>
            (_ref, _name, _id, _relation, _sex, _birth, _health, _disability, _labour, _education) =
            (Needed("householdRef"), Needed("name"), At("idNo"), At("relation"), At("sex"), At("birth"), At("health"),
                At("disabilityNo"), At("labourAbility"), At("educationStage"));

        public override CanonicalRecord Translate(RowReading row, RecordOrigin origin) => new MemberRecord
        {
            SourceKey = origin.SourceKey,
            Version = origin.Version,
            ContentHash = origin.ContentHash,
            Row = origin.Row,
            HouseholdRef = row.Required<string>(_ref),
            IdNo = row.Optional<string>(_id),
            IdAssurance = row.Optional<string>(_id) is null ? IdAssurance.None
                : WasPutRight(row, _id, "id.15_to_18") ? IdAssurance.Derived
                : IdAssurance.Stated,
            Name = row.Required<string>(_name),
            NameQuality = WasPutRight(row, _name, "name.degraded") ? NameQuality.Degraded : NameQuality.Ok,
            Relation = row.Optional<string>(_relation),
            Sex = row.Optional<string>(_sex),
            BornOn = row.OptionalValue<DateOnly>(_birth),
            Health = row.Optional<string>(_health),
            DisabilityNo = row.Optional<string>(_disability),
            LabourAbility = row.Optional<string>(_labour),
            EducationStage = row.Optional<string>(_education),
            IsNotedDead = WasPutRight(row, _name, "name.deceased_note"),
        };
    }

    private sealed class Recognitions : Translator
    {
        private readonly int _ref, _household, _id, _category, _recognised;
        private readonly int? _ended, _recogniser, _mode;

        public Recognitions(SnapshotLayout layout) : base(layout) =>
            (_ref, _household, _id, _category, _recognised, _ended, _recogniser, _mode) =
            (Needed("recognitionRef"), Needed("householdRef"), Needed("idNo"), Needed("category"), Needed("recognisedOn"), At("endedOn"), At("recogniser"), At("supportMode"));

        public override CanonicalRecord Translate(RowReading row, RecordOrigin origin) => new RecognitionRecord
        {
            SourceKey = origin.SourceKey,
            Version = origin.Version,
            ContentHash = origin.ContentHash,
            Row = origin.Row,
            RecognitionRef = row.Required<string>(_ref),
            HouseholdRef = row.Required<string>(_household),
            IdNo = row.Required<string>(_id),
            Category = row.Required<string>(_category),
            RecognisedOn = row.Required<DateOnly>(_recognised),
            EndedOn = row.OptionalValue<DateOnly>(_ended),
            Recogniser = row.Optional<string>(_recogniser),
            SupportMode = row.Optional<string>(_mode),
        };
    }

    private sealed class Payments : Translator
    {
        private readonly int _batch, _household, _id, _category, _period, _amount, _status;
        private readonly int? _paid;

        public Payments(SnapshotLayout layout) : base(layout) =>
            (_batch, _household, _id, _category, _period, _amount, _paid, _status) =
            (Needed("batchRef"), Needed("householdRef"), Needed("payeeIdNo"), Needed("category"), Needed("period"), Needed("amount"), At("paidOn"), Needed("status"));

        public override CanonicalRecord Translate(RowReading row, RecordOrigin origin) => new GovAidRecord
        {
            SourceKey = origin.SourceKey,
            Version = origin.Version,
            ContentHash = origin.ContentHash,
            Row = origin.Row,
            BatchRef = row.Required<string>(_batch),
            HouseholdRef = row.Required<string>(_household),
            PayeeIdNo = row.Required<string>(_id),
            Category = row.Required<string>(_category),
            Period = row.Required<string>(_period),
            Amount = row.Required<decimal>(_amount),
            PaidOn = row.OptionalValue<DateOnly>(_paid),
            Status = row.Required<string>(_status),
        };
    }

    private sealed class Needs : Translator
    {
        private readonly int _ref, _id, _kind, _hardship, _ground, _reason, _govAid, _division, _channel, _status;
        private readonly int? _household, _amount, _verification, _opened, _expires;
        private readonly int? _subject, _education, _labour, _total, _basic, _critical, _assistance, _cause, _beneficiary, _schemes, _confirmed, _evidence;

        public Needs(SnapshotLayout layout) : base(layout)
        {
            (_ref, _id, _household, _kind, _hardship, _amount, _ground, _reason) =
                (Needed("needRef"), Needed("idNo"), At("householdRef"), Needed("kind"), Needed("hardship"), At("amount"), Needed("ground"), Needed("reason"));
            (_govAid, _division, _channel, _verification, _opened, _expires, _status) =
                (Needed("govAidStatus"), Needed("division"), Needed("channel"), At("verificationRef"), At("openedOn"), At("expiresOn"), Needed("status"));
            (_subject, _education, _labour, _total, _basic, _critical) =
                (At("subjectStatus"), At("educationStage"), At("labourAbility"), At("costTotal"), At("basicInsurance"), At("criticalInsurance"));
            (_assistance, _cause, _beneficiary, _schemes, _confirmed, _evidence) =
                (At("medicalAssistance"), At("cause"), At("beneficiary"), At("otherSchemes"), At("confirmed"), At("evidence"));
        }

        public override CanonicalRecord Translate(RowReading row, RecordOrigin origin) => new NeedRecord
        {
            SourceKey = origin.SourceKey,
            Version = origin.Version,
            ContentHash = origin.ContentHash,
            Row = origin.Row,
            NeedRef = row.Required<string>(_ref),
            IdNo = row.Required<string>(_id),
            HouseholdRef = row.Optional<string>(_household),
            Kind = row.Required<string>(_kind),
            Hardship = row.Required<string>(_hardship),
            Amount = row.OptionalValue<decimal>(_amount),
            Ground = row.Required<string>(_ground),
            Reason = row.Required<string>(_reason),
            GovAidStatus = row.Required<string>(_govAid),
            Division = row.Required<string>(_division),
            Channel = row.Required<string>(_channel),
            VerificationRef = row.Optional<string>(_verification),
            OpenedOn = row.OptionalValue<DateOnly>(_opened),
            ExpiresOn = row.OptionalValue<DateOnly>(_expires),
            Status = row.Required<string>(_status),
            Circumstances = CircumstancesOf(row),
        };

        private NeedCircumstances CircumstancesOf(RowReading row) => new()
        {
            SubjectStatus = row.Optional<string>(_subject),
            HasReason = true, // a row without a reason is quarantined
            EducationStage = row.Optional<string>(_education),
            LabourAbility = row.Optional<string>(_labour),
            CostTotal = row.OptionalValue<decimal>(_total),
            BasicInsurance = row.OptionalValue<decimal>(_basic),
            CriticalInsurance = row.OptionalValue<decimal>(_critical),
            MedicalAssistance = row.OptionalValue<decimal>(_assistance),
            Cause = row.Optional<string>(_cause),
            Beneficiary = row.Optional<string>(_beneficiary),
            OtherSchemes = row.OptionalValue<bool>(_schemes),
            Confirmed = row.OptionalValue<bool>(_confirmed),
            Evidence = row.Optional<string>(_evidence),
        };
    }

    private sealed class Consents : Translator
    {
        private readonly int _ref, _sequence, _id, _event, _effective;
        private readonly int? _capacity, _purposes, _items, _class, _recipients, _actions, _sensitive, _provide, _notice, _noticeVersion, _noticeHash, _evidence, _from, _to, _giver, _capacityEvidence, _basis, _channel;

        public Consents(SnapshotLayout layout) : base(layout)
        {
            (_ref, _sequence, _id, _event, _capacity, _purposes, _items, _class, _recipients, _actions) =
                (Needed("consentRef"), Needed("sequence"), Needed("idNo"), Needed("event"), At("capacity"), At("purposes"), At("items"),
                    At("recipientClass"), At("recipients"), At("actions"));
            (_sensitive, _provide, _notice, _noticeVersion, _noticeHash, _evidence, _effective, _from, _to) =
                (At("sensitive"), At("provide"), At("noticeId"), At("noticeVersion"), At("noticeHash"), At("evidenceHash"),
                    Needed("effectiveAt"), At("validFrom"), At("validTo"));
            (_giver, _capacityEvidence, _basis, _channel) =
                (At("giverIdNo"), At("capacityEvidence"), At("lawfulBasis"), At("channel"));
        }

        public override CanonicalRecord Translate(RowReading row, RecordOrigin origin) => new ConsentRecord
        {
            SourceKey = origin.SourceKey,
            Version = origin.Version,
            ContentHash = origin.ContentHash,
            Row = origin.Row,
            IdNo = row.Required<string>(_id),
            GiverRef = row.Optional<string>(_giver),
            Event = EventOf(row),
        };

        // What a withdrawal leaves empty grants nothing; what a grant leaves empty grants nothing either.
        private ConsentEvent EventOf(RowReading row) => new()
        {
            ConsentId = row.Required<string>(_ref),
            Sequence = row.Required<int>(_sequence),
            Type = Enum.Parse<ConsentEventType>(row.Required<string>(_event)),
            Capacity = CapacityOf(row.Optional<string>(_capacity)),
            Purposes = row.Optional<string[]>(_purposes) ?? [],
            Items = row.Optional<string[]>(_items) ?? [],
            RecipientClass = row.Optional<string>(_class),
            Recipients = row.Optional<string[]>(_recipients) ?? [],
            Actions = row.Optional<string[]>(_actions) ?? [],
            Sensitive = row.OptionalValue<bool>(_sensitive) ?? false,
            Provide = row.OptionalValue<bool>(_provide) ?? false,
            NoticeId = row.Optional<string>(_notice),
            NoticeVersion = row.Optional<string>(_noticeVersion),
            NoticeHash = row.Optional<string>(_noticeHash),
            EvidenceHash = row.Optional<string>(_evidence),
            Method = row.Optional<string>(_channel) switch { "线上" => "ONLINE", "线下" => "PAPER", _ => null },
            CapacityEvidence = row.Optional<string>(_capacityEvidence),
            LawfulBasis = row.Optional<string>(_basis) ?? LawfulBases.Consent,
            EffectiveAt = row.Required<DateTimeOffset>(_effective),
            ValidFrom = row.OptionalValue<DateOnly>(_from),
            ValidTo = row.OptionalValue<DateOnly>(_to),
        };

        private static ConsentCapacity CapacityOf(string? code) =>
            Enum.TryParse<ConsentCapacity>(code, ignoreCase: true, out var capacity) ? capacity : ConsentCapacity.Self;
    }
}
