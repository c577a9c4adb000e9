#pragma once
#include "operator/kube/client.hpp"

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

/// One line of a watch. Throws ApiError for an ERROR event (gone() when the resourceVersion has expired) and
/// with reason "Connection" for what is no whole event.
WatchEvent parse_watch_event(std::string_view line);

struct WatchOptions {
  std::string space{};
  std::string label_selector{};
  std::string field_selector{};
  std::string resource_version{};              ///< from here on
  std::chrono::seconds lasts{300};             ///< the server ends it after this (timeoutSeconds)
  std::chrono::milliseconds silence{120'000};  ///< no byte for so long: the connection is taken for dead
};

/// An open watch, over a connection of its own. Not thread-safe.
class WatchStream {
 public:
  /// Opens it; bookmarks are asked for. Throws ApiError. Stops at once, with cancelled(), when `stop` is
  /// requested.
  WatchStream(Client& client, const ResourceType& type, const WatchOptions& options, std::stop_token stop);
  ~WatchStream();
  WatchStream(const WatchStream&) = delete;
  WatchStream& operator=(const WatchStream&) = delete;

  /// Waits for the next event; nothing when the server has ended the watch. Throws ApiError: gone() - list
  /// anew; no_answer() - the connection broke ("Connection") or was silent too long ("Timeout"): resume.
  std::optional<WatchEvent> next();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kube
