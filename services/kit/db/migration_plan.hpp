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

struct Applied {
  std::string name;
  std::string checksum;  ///< SHA-256 of the file, in lower-case hex
};

/// The `files` that are not in `applied` (by number), in order. Throws MigrationError when numbers do not
/// ascend, a file was changed after it was applied, or one below an applied one is pending. Higher numbers in
/// `applied` belong to a later version and are ignored.
std::vector<const EmbeddedFile*> plan_migrations(std::span<const EmbeddedFile> files,
                                                 const std::map<int, Applied>& applied);

}  // namespace kit::db
