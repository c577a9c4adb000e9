#include "operator/shop/spec/backup.hpp"

#include "operator/shop/spec/spec_reader.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace shop {
namespace {

std::optional<S3Store> read_s3(SpecReader& parent) {
  SpecReader reader(parent, "s3");
  if (!reader.present()) return std::nullopt;
  S3Store result;
  result.endpoint = reader.required_text("endpoint");
  result.bucket = reader.required_text("bucket");
  result.region = reader.text("region", "us-east-1");
  result.path = reader.text("path");
  result.secret = reader.required_text("secret");
  result.ca_secret = reader.text("caSecret");
  return result;
}

void read_destination(SpecReader& parent, Backup& backup) {
  SpecReader reader(parent, "destination");
  if (!reader.present()) return parent.add_error("destination", "is required");
  backup.s3 = read_s3(reader);
  SpecReader volume(reader, "volume");
  if (volume.present() == backup.s3.has_value())
    parent.add_error("destination", "needs exactly one of volume and s3");
  if (!volume.present()) return;
  backup.size = volume.size("storage", "8Gi");
  backup.storage_class = volume.text("storageClassName");
  backup.path = volume.text("path", "/");
}

}  // namespace

std::optional<Backup> read_backup(SpecReader& parent) {
  SpecReader reader(parent, "backup");
  if (!reader.present()) return std::nullopt;
  Backup result;
  result.schedule = reader.text("schedule", "0 2 * * *");
  if (!Cron::parse(result.schedule))
    reader.add_error("schedule", "must be five fields of cron in numbers, such as \"0 2 * * *\"");
  SpecReader keep(reader, "keep");
  if (keep.has("full") && keep.has("days")) reader.add_error("keep", "has either full or days, not both");
  result.keep_full = keep.integer("full", 2, 1, 100);
  result.keep_days = keep.integer("days", 0, 1, 3650);
  read_destination(reader, result);
  return result;
}

std::optional<RestoreFrom> read_restore(SpecReader& parent) {
  SpecReader reader(parent, "restoreFrom");
  if (!reader.present()) return std::nullopt;
  RestoreFrom result;
  result.s3 = read_s3(reader);
  if (result.s3 && result.s3->path.empty())
    reader.add_error("s3", "needs path, the folder of the other Shop's backups");
  {
    SpecReader volume(reader, "volume");
    if (volume.present() == result.s3.has_value())
      parent.add_error("restoreFrom", "needs exactly one of volume and s3");
    if (volume.present()) {
      result.shop = volume.required_text("shop");
      result.path = volume.text("path", "/");
    }
  }
  result.target_time = reader.text("targetTime");
  if (!result.target_time.empty() && !kit::parse_rfc3339(result.target_time))
    reader.add_error("targetTime", "must be a time such as 2026-01-31T12:00:00Z");
  result.backup = reader.text("backup");
  if (!result.target_time.empty() && !result.backup.empty())
    parent.add_error("restoreFrom", "has either targetTime or backup, not both");
  return result;
}

}  // namespace shop
