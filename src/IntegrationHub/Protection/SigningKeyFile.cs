using System.Security.Cryptography;

namespace IntegrationHub.Protection;

/// <summary>
/// The hub's private signing key: in one file beside the master key, sealed under it, so that neither the database nor the
/// file alone can sign.
/// </summary>
public sealed class SigningKeyFile(Keyring keyring, string path)
{
    public bool Exists => File.Exists(path);

    /// <summary>The private key, or null if there is no file.</summary>
    /// <exception cref="CryptographicException">The file was sealed under another master key, or changed.</exception>
    public byte[]? Read() => File.Exists(path) ? keyring.OpenSigning(Convert.FromBase64String(File.ReadAllText(path).Trim())) : null;

    /// <summary>Puts a key in place; a key that was there is kept beside it under its id.</summary>
    public void Write(byte[] privateKey, string? replacedKeyId)
    {
        var temporary = $"{path}.{Environment.ProcessId}.part";
        File.WriteAllText(temporary, Convert.ToBase64String(keyring.SealSigning(privateKey)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (replacedKeyId is not null && File.Exists(path))
            File.Copy(path, $"{path}.{replacedKeyId}", overwrite: true);
        File.Move(temporary, path, overwrite: replacedKeyId is not null);
    }
}
