#pragma once
#include "operator/kube/config.hpp"
#include "operator/kube/error.hpp"
#include "operator/kube/object.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kube {

struct ListOptions {
  std::string space{};           ///< namespace; empty: all
  std::string label_selector{};  ///< "app=shop,tier in (a,b)"
  std::string field_selector{};  ///< "metadata.name=shop"
  int page = 500;                ///< objects a request
};

struct List {
  std::vector<Object> items;       ///< each with apiVersion and kind, which the server leaves out in lists
  std::string resource_version{};  ///< to watch from
};

struct ApplyOptions {
  std::string manager{};      ///< the field manager, always the same
  bool force = true;          ///< takes over fields that others own: drift is healed
  bool dry_run = false;       ///< the server does all but store it
  std::string subresource{};  ///< "status"
};

struct PatchOptions {
  std::string manager{};
  bool dry_run = false;
  std::string subresource{};
};

enum class Propagation { Background, Foreground, Orphan };

struct DeleteOptions {
  Propagation propagation = Propagation::Background;
  std::string uid{};               ///< only this one: a stale cache never deletes its successor
  std::string resource_version{};  ///< only in this state
  bool dry_run = false;
};

/// What one can ask of an API server. Every function throws ApiError (and std::invalid_argument for what
/// cannot be asked: no name, no namespace). Thread-safe.
class Api {
 public:
  virtual ~Api() = default;
  /// Nothing when there is none.
  virtual std::optional<Object> get(const ResourceType& type, const Key& key) = 0;
  /// All, page by page, of one resourceVersion; begun anew when it expires between pages.
  virtual List list(const ResourceType& type, const ListOptions& options) = 0;
  /// May throw already_exists() for what an earlier try of the same call created, when its answer was lost.
  virtual Object create(const ResourceType& type, const Object& object) = 0;
  /// Replaces it; with metadata.resourceVersion set, only in that state (else conflict()).
  virtual Object update(const ResourceType& type, const Object& object,
                        const std::string& subresource = {}) = 0;
  /// Server-side apply: creates or changes; returns the object as it then is. Nothing is written when nothing
  /// changes.
  virtual Object apply(const ResourceType& type, const Object& object, const ApplyOptions& options) = 0;
  /// JSON merge patch (RFC 7386). A metadata.resourceVersion in the patch is a precondition.
  virtual Object merge_patch(const ResourceType& type, const Key& key, const Object& patch,
                             const PatchOptions& options) = 0;
  /// False when there was none. conflict() when the precondition fails.
  virtual bool remove(const ResourceType& type, const Key& key, const DeleteOptions& options = {}) = 0;
  /// GET of any path: "/apis", "/openid/v1/jwks", "/.well-known/openid-configuration", "/readyz" (a string).
  virtual Object raw(const std::string& path) = 0;
};

struct ClientOptions {
  std::string user_agent = "shopkeeper";
  std::chrono::milliseconds timeout{10'000};   ///< one try
  std::chrono::milliseconds deadline{30'000};  ///< all tries of one call
  int tries = 5;
  std::chrono::milliseconds first_wait{
      100};  ///< between tries; doubles to `longest_wait`, with jitter; Retry-After wins
  std::chrono::milliseconds longest_wait{5'000};
};

class WatchStream;

/// The client. Tries again, within its deadline, on 429, on 500, 502, 503, 504 and where there was no answer,
/// for all calls that can be repeated (creates: those with a name). Metrics:
/// rest_client_requests_total{code,method}, rest_client_request_duration_seconds{verb},
/// rest_client_retries_total{reason}. After a lost connection the certificates are read again.
class Client final : public Api {
 public:
  /// Does not connect yet. Throws ConfigError when certificates, key or token cannot be read. Needs `metrics`
  /// while it lives.
  Client(Config config, ClientOptions options, kit::Metrics& metrics);
  ~Client() override;

  std::optional<Object> get(const ResourceType& type, const Key& key) override;
  List list(const ResourceType& type, const ListOptions& options) override;
  Object create(const ResourceType& type, const Object& object) override;
  Object update(const ResourceType& type, const Object& object, const std::string& subresource = {}) override;
  Object apply(const ResourceType& type, const Object& object, const ApplyOptions& options) override;
  Object merge_patch(const ResourceType& type, const Key& key, const Object& patch,
                     const PatchOptions& options) override;
  bool remove(const ResourceType& type, const Key& key, const DeleteOptions& options = {}) override;
  Object raw(const std::string& path) override;

  /// All calls in flight and to come fail with cancelled(), at once. For shutdown.
  void cancel();
  const Config& config() const;

 private:
  friend class WatchStream;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kube
