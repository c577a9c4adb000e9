#pragma once
#include "operator/kube/client/client.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace kube {

enum class WatchEventType { Added, Modified, Deleted, Bookmark };

struct WatchEvent {
  WatchEventType type;
  Object object;
};

/// Parses one line of a watch, without managedFields. Throws ApiError for an ERROR event (gone() when the
/// resourceVersion has expired), and with reason "Connection" for an incomplete event.
WatchEvent parse_watch_event(std::string_view line);

struct WatchOptions {
  std::string ns{};
  std::string label_selector{};
  std::string resource_version{};              ///< to start after
  std::chrono::seconds timeout{300};           ///< the server ends the watch after it (timeoutSeconds)
  std::chrono::milliseconds silence{120'000};  ///< without a byte for so long the connection counts as dead
  bool metadata_only = false;                  ///< objects have apiVersion, kind and metadata only
};

/// An open watch, over a connection of its own. Not thread-safe.
class WatchStream {
 public:
  /// Opens it, with bookmarks. Throws ApiError; cancelled() as soon as `stop` is requested.
  WatchStream(Client& client, const ResourceType& type, const WatchOptions& options, std::stop_token stop);

  /// Waits for the next event; returns nullopt when the server has ended the watch. Throws ApiError: gone()
  /// means relist; no_response() means resume, because the connection broke ("Connection") or was silent
  /// ("Timeout").
  std::optional<WatchEvent> next();

 private:
  std::unique_ptr<LineStream> lines_;
};

}  // namespace kube
