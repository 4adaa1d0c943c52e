# Sourced. `need PACKAGE…` installs Debian packages that are missing: as root it does, else it says which.
need() {
  local missing=() package
  for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]}. Install them (Debian: sudo apt-get install ${missing[*]}) and run this again." >&2
    return 1
  fi
  echo "installing ${missing[*]}" >&2
  local quiet=(-qq -o DPkg::Lock::Timeout=120)
  export DEBIAN_FRONTEND=noninteractive
  apt-get "${quiet[@]}" update >&2
  apt-get "${quiet[@]}" install -y --no-install-recommends "${missing[@]}" >&2
}
