#pragma once
// Internal to the builders: what the pods of backups and the server's pod share.
#include "operator/shop/desired/parts.hpp"

namespace shop::desired {

inline constexpr const char* repository_folder = "/repository";
inline constexpr const char* store_secret_folder = "/etc/shopkeeper/store";
inline constexpr const char* store_ca_folder = "/etc/shopkeeper/store-ca";
/// Its name contains "pgbackrest", which pgBackRest requires of an archive_command.
inline constexpr const char* scripts_folder = "/etc/shopkeeper/pgbackrest";

/// Where backups of one server are.
struct BackupStore {
  std::optional<S3Store> s3;
  std::string claim;  ///< without `s3`: the volume
  std::string path;   ///< in the bucket or volume
  /// Two destinations are the same when this is; one line.
  std::string identity() const;
};
BackupStore backup_store(const ShopContext& in, const DatabaseServer& server);
BackupStore restore_store(const ShopContext& in, const DatabaseServer& server);

std::string backup_config_name(const DatabaseServer& server);
std::string restore_config_name(const DatabaseServer& server);

/// Adds the store's volumes, mounts and environment to a pod whose containers (the first of `containers`) run
/// the scripts. A missing Secret does not keep the pod from starting.
void add_store(Json& pod, Json& container, const BackupStore& store, const DatabaseServer& server,
               const std::string& config_map, bool read_only);

}  // namespace shop::desired
