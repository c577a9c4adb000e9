#pragma once
#include "operator/shop/spec/cron.hpp"

#include <optional>
#include <string>

namespace shop {

class SpecReader;

/// A folder in a bucket of an S3-compatible store.
struct S3Store {
  std::string endpoint, bucket, region, path;  ///< path empty: /<namespace>/<name of the Shop>
  std::string secret;                          ///< name; keys "access-key", "secret-key", "passphrase"
  std::string ca_secret;                       ///< name; key "ca.crt"; empty: public authorities
  bool operator==(const S3Store&) const = default;
};

/// spec.database.managed.backup
struct Backup {
  std::string schedule;
  int keep_full = 2;
  int keep_days = 0;  ///< 0: keep_full counts
  std::string size;   ///< of each server's volume; without `s3`
  std::string storage_class;
  std::string path;  ///< in the volume
  std::optional<S3Store> s3;
  bool operator==(const Backup&) const = default;
};

/// spec.restoreFrom
struct RestoreFrom {
  std::string shop;  ///< whose volumes; without `s3`
  std::string path;  ///< in the volume
  std::optional<S3Store> s3;
  std::string target_time;  ///< RFC 3339
  std::string backup;       ///< label; without both: the latest
  bool operator==(const RestoreFrom&) const = default;
};

/// Of `parent` with a field "backup" or "restoreFrom"; nullopt when it is missing.
std::optional<Backup> read_backup(SpecReader& parent);
std::optional<RestoreFrom> read_restore(SpecReader& parent);

}  // namespace shop
