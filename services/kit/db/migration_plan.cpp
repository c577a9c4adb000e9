#include "services/kit/db/migration_plan.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/encoding/sha256.hpp"

#include <algorithm>

namespace kit::db {

int migration_number(std::string_view name) {
  const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const auto rest = name.substr(digits);
  const bool well =
      digits >= 3 && digits <= 6 && rest.size() > 5 && rest.starts_with('_') && rest.ends_with(".sql") &&
      rest.substr(0, rest.size() - 4).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string_view::npos;
  if (!well) throw MigrationError("migration " + std::string(name) + ": is not named like 007_reviews.sql");
  return std::stoi(std::string(name.substr(0, digits)));
}

std::vector<const EmbeddedFile*> plan_migrations(std::span<const EmbeddedFile> files,
                                                 const std::map<int, Applied>& applied) {
  std::vector<const EmbeddedFile*> todo;
  int previous = -1;
  for (const EmbeddedFile& file : files) {
    const std::string name(file.name);
    const int number = migration_number(file.name);
    if (number <= previous)
      throw MigrationError("migration " + name + ": its number does not follow the one before it");
    previous = number;
    const auto done = applied.find(number);
    if (done == applied.end()) {
      todo.push_back(&file);
    } else if (done->second.checksum != sha256_hex(file.text)) {
      throw MigrationError("migration " + name + ": was changed after it was applied (as " +
                           done->second.name + ")");
    } else if (!todo.empty()) {
      throw MigrationError("migration " + std::string(todo.front()->name) + ": not applied, but the later " +
                           name + " is");
    }
  }
  return todo;
}

}  // namespace kit::db
