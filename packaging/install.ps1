# Installs payctl from its releases on Windows, for this user or, as administrator, for all:
#
#     powershell -ExecutionPolicy Bypass -File install.ps1
#     powershell -ExecutionPolicy Bypass -File install.ps1 -Version 1.2.3
#
# It downloads an archive and SHA256SUMS, and installs nothing unless the sums agree. PAYCTL_BASE_URL says where the
# releases are, if not at the project's address; PAYCTL_INSTALL_DIR where the program goes. For PowerShell 5.1 and newer.
param([string] $Version = 'latest')

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

# A release writes its own address here.
$releases = '@RELEASES@'
$target = 'x86_64-pc-windows-msvc'

$base = if ($env:PAYCTL_BASE_URL) { $env:PAYCTL_BASE_URL } else { $releases }
if ($base.StartsWith('@')) {
    throw 'payctl was not installed: this copy does not know where the releases are; say it with PAYCTL_BASE_URL'
}
$identity = [Security.Principal.WindowsPrincipal] [Security.Principal.WindowsIdentity]::GetCurrent()
$isAdministrator = $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
$into = if ($env:PAYCTL_INSTALL_DIR) { $env:PAYCTL_INSTALL_DIR }
    elseif ($isAdministrator) { Join-Path $env:ProgramFiles 'payctl' }
    else { Join-Path $env:LOCALAPPDATA 'Programs\payctl' }

$work = Join-Path ([IO.Path]::GetTempPath()) ('payctl-' + [Guid]::NewGuid())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    $wanted = $Version -replace '^v', ''
    $folder = if ($wanted -eq 'latest') { 'latest/download' } else { "download/v$wanted" }
    $sums = Join-Path $work 'SHA256SUMS'
    Invoke-WebRequest -UseBasicParsing -Uri "$base/$folder/SHA256SUMS" -OutFile $sums
    $pattern = '^([0-9a-f]{64})  (payctl-([0-9A-Za-z.+-]+)-' + [regex]::Escape($target) + '\.zip)$'
    $lines = @(Get-Content $sums | Where-Object { $_ -cmatch $pattern })
    if ($lines.Count -ne 1) { throw "payctl was not installed: SHA256SUMS names $($lines.Count) archives for $target" }
    $null = $lines[0] -cmatch $pattern
    $expected, $archive, $found = $Matches[1], $Matches[2], $Matches[3]
    if ($wanted -ne 'latest' -and $wanted -ne $found) {
        throw "payctl was not installed: SHA256SUMS of $wanted is about version $found"
    }

    $file = Join-Path $work $archive
    Invoke-WebRequest -UseBasicParsing -Uri "$base/download/v$found/$archive" -OutFile $file
    $actual = (Get-FileHash -Algorithm SHA256 -Path $file).Hash.ToLowerInvariant()
    if ($actual -ne $expected) {
        throw "payctl was not installed: the SHA-256 of $archive is $actual, and SHA256SUMS says $expected"
    }

    Expand-Archive -Path $file -DestinationPath $work
    $program = Join-Path $work "payctl-$found-$target\payctl.exe"
    & $program --version | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'payctl was not installed: the program does not run here' }
    New-Item -ItemType Directory -Force -Path $into | Out-Null
    # A program that runs cannot be replaced, but renamed.
    $place = Join-Path $into 'payctl.exe'
    $old = "$place.old"
    if (Test-Path $old) { Remove-Item -Force $old -ErrorAction SilentlyContinue }
    if (Test-Path $place) { Move-Item -Force $place $old }
    try { Copy-Item $program $place }
    catch {
        if (Test-Path $old) { Move-Item -Force $old $place }
        throw
    }
    if (Test-Path $old) { Remove-Item -Force $old -ErrorAction SilentlyContinue }

    Write-Output "payctl $found is in $into; the SHA-256 of $archive is the one in SHA256SUMS"
    if (($env:PATH -split ';') -notcontains $into) {
        Write-Output "$into is not in PATH; for this window: `$env:PATH += ';$into'; for good: the environment variables of the system"
    }
    Write-Output 'next: payctl demo'
}
finally {
    Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue
}
