#pragma once
#include "services/kit/embedded.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kit::db {

/// An invalid migration: numbers that do not ascend, a file changed after it was applied, failed SQL, or a
/// database that is no longer suited to this version.
class MigrationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Applies the pending `files` ("001_accounts.sql", …) in order, each in its own transaction, under an
/// advisory lock that makes concurrent runs safe. Applied files are recorded with a checksum in
/// schema_migrations. Migrations of a later version are ignored, unless one needs a later version than
/// `version` (see needed_version()): then it throws MigrationError. Waits up to 30 s for a starting database,
/// then throws Unavailable. Returns how many it applied.
int migrate(const std::string& url, std::span<const EmbeddedFile> files,
            std::string_view version = SHOPKEEPER_VERSION);

/// For readiness: empty when every file is applied, else the first missing one or why it is unknown. Does not
/// throw.
std::string pending(const std::string& url, std::span<const EmbeddedFile> files);

}  // namespace kit::db
