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

/// SHA-256 of the text, in lower-case hex.
std::string checksum(std::string_view text);

struct Applied {
  std::string name;
  std::string checksum;
};

/// What of `files` is to be applied, in order, to a database where `applied` (by number) is. Throws
/// MigrationError when numbers do not ascend, when a file was changed after it was applied, or when one is
/// missing below one that was applied. Numbers above all of ours are a newer version's: no error.
std::vector<const EmbeddedFile*> plan_migrations(std::span<const EmbeddedFile> files,
                                                 const std::map<int, Applied>& applied);

}  // namespace kit::db
