#include "operator/kube/client/client.hpp"

#include "operator/kube/client/list_page.hpp"

namespace kube {

namespace {

using Query = std::map<std::string, std::string>;

std::string dump(const Object& object) {
  return object.dump(-1, ' ', false, Object::error_handler_t::replace);
}

/// A response that was cut, or that a proxy gave in place of the API server: the call may succeed later.
ApiError unexpected(const char* what) {
  return {0, "Connection", std::string("the response is not ") + what};
}

Object parse(const Response& response) {
  Object out = Object::parse(response.body, nullptr, false);
  if (!out.is_object()) throw unexpected("a JSON object");
  return out;
}

/// An object as the API server returns it: always with a name.
Object parse_object(const Response& response) {
  Object out = parse(response);
  if (name(out).empty()) throw unexpected("a Kubernetes object");
  return out;
}

/// A resourceVersion is a precondition of an apply to an existing object, and ignored when it creates one. No
/// object has this one: etcd's first write makes revision 2.
constexpr const char* kNoObjectsVersion = "1";

Object delete_body(const std::string& uid) {
  Object out = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  if (!uid.empty()) out["preconditions"]["uid"] = uid;
  return out;
}

}  // namespace

std::optional<Object> Client::get(const ResourceType& type, const Key& key) {
  try {
    return parse_object(call({"GET", type.path(key)}, true));
  } catch (const ApiError& error) {
    if (error.not_found()) return std::nullopt;
    throw;
  }
}

List Client::list(const ResourceType& type, const ListOptions& options) {
  List out;
  out.resource_version = list_each(
      type, options, [&] { out.items.clear(); },
      [&](Object object) { out.items.push_back(std::move(object)); });
  return out;
}

std::string Client::list_each(const ResourceType& type, const ListOptions& options,
                              const std::function<void()>& begin, const std::function<void(Object)>& each) {
  Call request{"GET", type.list_path(options.ns), {{"limit", std::to_string(options.page)}}};
  if (!options.label_selector.empty()) request.query["labelSelector"] = options.label_selector;
  if (options.metadata_only)
    request.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  for (int tried = 1;; ++tried) {
    begin();
    try {
      for (;;) {
        const auto page = parse_list_page(call(request, true).body, type, each);
        if (page.next.empty()) return page.resource_version;
        request.query["continue"] = page.next;
      }
    } catch (const ApiError& error) {
      // The common version of the pages has expired: once more without pages.
      if (!error.gone() || tried > 1) throw;
      request.query.erase("continue");
      request.query.erase("limit");
    }
  }
}

Object Client::create(const ResourceType& type, const Object& object) {
  // With a name it cannot be created twice.
  const bool repeatable = !name(object).empty();
  return parse_object(
      call({"POST", type.list_path(namespace_of(object)), {}, "application/json", dump(object)}, repeatable));
}

Object Client::update(const ResourceType& type, const Object& object) {
  return parse_object(call({"PUT", type.path(key(object)), {}, "application/json", dump(object)}, true));
}

Object Client::apply(const ResourceType& type, const Object& object, const ApplyOptions& options) {
  if (options.manager.empty()) throw std::invalid_argument("apply without a field manager");
  Query query = {{"fieldManager", options.manager}, {"force", "true"}};
  if (options.dry_run) query["dryRun"] = "All";
  Object body = object;
  if (options.must_create) body["metadata"]["resourceVersion"] = kNoObjectsVersion;
  return parse_object(call(
      {"PATCH", type.path(key(object)), std::move(query), "application/apply-patch+yaml", dump(body)}, true));
}

Object Client::merge_patch(const ResourceType& type, const Key& key, const Object& patch,
                           const PatchOptions& options) {
  Query query;
  if (!options.manager.empty()) query["fieldManager"] = options.manager;
  if (options.dry_run) query["dryRun"] = "All";
  return parse_object(call({"PATCH", type.path(key, options.subresource), std::move(query),
                            "application/merge-patch+json", dump(patch)},
                           true));
}

bool Client::remove(const ResourceType& type, const Key& key, const std::string& uid) {
  try {
    call({"DELETE", type.path(key), {}, "application/json", dump(delete_body(uid))}, true);
    return true;
  } catch (const ApiError& error) {
    if (error.not_found()) return false;
    throw;
  }
}

Object Client::raw(const std::string& path) {
  const auto query = path.find('?');
  if (path.empty() || path[0] != '/' || query != std::string::npos) {
    throw std::invalid_argument("no path without query: " + path);
  }
  const Response response = call({"GET", path}, true);
  Object out = Object::parse(response.body, nullptr, false);
  return out.is_discarded() ? Object(response.body) : out;
}

}  // namespace kube
