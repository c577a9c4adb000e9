#pragma once
#include "services/kit/embedded.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kit::db {

/// "007_reviews.sql" -> 7. Throws MigrationError for any other shape (three digits or more, `_`, a-z 0-9 `_`,
/// `.sql`).
int migration_number(std::string_view name);

/// The oldest version of the shop whose programs can use a database with this migration, from its line
/// `-- needs-version: 0.3.0`; "" without one. A migration that removes or renames something (a contracting
/// one) has it. Throws MigrationError for a malformed one.
std::string needed_version(const EmbeddedFile& file);

struct Applied {
  std::string name;
  std::string checksum;         ///< SHA-256 of the file, in lower-case hex
  std::string needs_version{};  ///< needed_version() when it was applied
};

/// The `files` that are not in `applied` (by number), in order. Throws MigrationError when numbers do not
/// ascend, a file was changed after it was applied, or one below an applied one is pending. Higher numbers in
/// `applied` belong to a later version; they are ignored unless they need a later version than `version`, the
/// running one, which throws too.
std::vector<const EmbeddedFile*> plan_migrations(std::span<const EmbeddedFile> files,
                                                 const std::map<int, Applied>& applied,
                                                 std::string_view version);

}  // namespace kit::db
