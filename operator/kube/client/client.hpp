#pragma once
#include "operator/kube/client/transport.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kube {

struct ListOptions {
  std::string ns{};              ///< namespace; empty: all
  std::string label_selector{};  ///< "app=shop,tier in (a,b)"
  int page = 250;                ///< objects per request
  bool metadata_only = false;    ///< objects have apiVersion, kind and metadata only
};

struct List {
  std::vector<Object> items;       ///< with apiVersion and kind, which the server leaves out in lists
  std::string resource_version{};  ///< to watch from
};

struct ApplyOptions {
  std::string manager{};  ///< the field manager
  bool dry_run = false;
  bool must_create = false;  ///< conflict() when the object exists
};

struct PatchOptions {
  std::string manager{};
  std::string subresource{};  ///< "status"
  bool dry_run = false;
};

/// The operations of an API server. All throw ApiError, and std::invalid_argument for a missing name or
/// namespace. Thread-safe.
class Api {
 public:
  virtual ~Api() = default;
  /// Returns nullopt when there is none.
  virtual std::optional<Object> get(const ResourceType& type, const Key& key) = 0;
  /// All pages at one resourceVersion; restarted when that expires between pages.
  virtual List list(const ResourceType& type, const ListOptions& options) = 0;
  /// May throw already_exists() for an object that an earlier try created whose response was lost.
  virtual Object create(const ResourceType& type, const Object& object) = 0;
  /// Replaces the object; metadata.resourceVersion is a precondition (else conflict()).
  virtual Object update(const ResourceType& type, const Object& object) = 0;
  /// Server-side apply: creates or changes, also fields that others manage, and returns the result. The
  /// server stores no unchanged object.
  virtual Object apply(const ResourceType& type, const Object& object, const ApplyOptions& options) = 0;
  /// JSON merge patch (RFC 7386). A metadata.resourceVersion in the patch is a precondition.
  virtual Object merge_patch(const ResourceType& type, const Key& key, const Object& patch,
                             const PatchOptions& options) = 0;
  /// Deletes the object, in the background what it owns. Returns false when there was none. With a `uid` only
  /// that object (else conflict()), so that a stale cache never deletes a successor.
  virtual bool remove(const ResourceType& type, const Key& key, const std::string& uid = {}) = 0;
  /// GET of any path: "/apis", "/openid/v1/jwks", "/.well-known/openid-configuration", "/readyz" (a string).
  virtual Object raw(const std::string& path) = 0;
};

struct ClientOptions {
  std::string user_agent = "shopkeeper";
  std::chrono::milliseconds timeout{10'000};   ///< one try
  std::chrono::milliseconds deadline{30'000};  ///< all tries of one call
  int tries = 5;
  std::chrono::milliseconds backoff_first{100};  ///< between tries; doubles to the limit, with jitter
  std::chrono::milliseconds backoff_limit{5'000};
  Clocks clocks{};
  /// Asked right before each request that changes something; on false the call fails with cancelled(). For
  /// programs of which only a leader may write.
  std::function<bool()> may_write{};
};

/// The client. Retries, within its deadline, after 429, 500, 502, 503, 504 and without a response, all calls
/// that are safe to repeat (of creates: those with a name). A Retry-After of the server is obeyed. Metrics:
/// rest_client_requests_total{code,method}, rest_client_request_duration_seconds{verb},
/// rest_client_retries_total{reason}. Certificates are read again after a lost connection and after a 401.
class Client final : public Api {
 public:
  /// Does not connect yet. Throws ConfigError when certificates, key or token cannot be read. `metrics` must
  /// outlive it.
  Client(Config config, ClientOptions options, kit::Metrics& metrics);
  ~Client() override { cancel(); }

  std::optional<Object> get(const ResourceType& type, const Key& key) override;
  List list(const ResourceType& type, const ListOptions& options) override;
  Object create(const ResourceType& type, const Object& object) override;
  Object update(const ResourceType& type, const Object& object) override;
  Object apply(const ResourceType& type, const Object& object, const ApplyOptions& options) override;
  Object merge_patch(const ResourceType& type, const Key& key, const Object& patch,
                     const PatchOptions& options) override;
  bool remove(const ResourceType& type, const Key& key, const std::string& uid = {}) override;
  Object raw(const std::string& path) override;

  /// For shutdown: all present and future calls fail with cancelled() at once.
  void cancel() { stop_.request_stop(); }

  /// A list whose objects are handed over one by one, so that it never is in memory as a whole. `begin` is
  /// called at its begin, and again when it begins again because its resourceVersion has expired between
  /// pages. Returns the resourceVersion to watch from.
  std::string list_each(const ResourceType& type, const ListOptions& options,
                        const std::function<void()>& begin, const std::function<void(Object)>& each);
  /// For a watch: a stream on a connection of its own; see Transport::open().
  std::unique_ptr<LineStream> open(const Call& call, std::chrono::milliseconds silence, std::stop_token stop);

 private:
  /// A successful response, else throws ApiError. Retries transient failures where `repeatable` allows it.
  Response call(const Call& call, bool repeatable);
  Response once(const Call& call, std::chrono::milliseconds timeout);
  void count(const std::string& method, const std::string& code);

  Transport transport_;
  const ClientOptions options_;
  kit::Metrics& metrics_;
  std::stop_source stop_;
};

/// Whether to retry after this error. A call that is not `repeatable` is retried only when the server has
/// surely not executed it.
bool may_retry(const ApiError& error, bool repeatable);

}  // namespace kube
