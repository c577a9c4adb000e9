#pragma once
#include "services/kit/embedded.hpp"

#include <span>
#include <stdexcept>
#include <string>

namespace kit::db {

/// A migration that cannot be: an unordered or repeated number, a file changed after it was applied, or SQL
/// that failed.
class MigrationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Brings the database up to date: each of `files` ("001_accounts.sql", …) that is not applied yet, in order
/// of number, each in a transaction of its own, under an advisory lock so that several runners are safe. What
/// was applied is kept with a checksum in schema_migrations. A database that is ahead of us (a newer version
/// ran) is left as it is and is no error. Waits up to 30 s for a database that is still starting, then throws
/// Unavailable. Returns how many were applied.
int migrate(const std::string& url, std::span<const EmbeddedFile> files);

/// Empty when every file is applied, else what is missing (or that the database cannot be asked): for
/// readiness. Does not throw.
std::string pending(const std::string& url, std::span<const EmbeddedFile> files);

}  // namespace kit::db
