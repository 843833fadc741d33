// What Swift cannot call of libcurl by itself, and nothing else.
#ifndef KEYVIGIL_CCURL_SHIM_H
#define KEYVIGIL_CCURL_SHIM_H

#include <curl/curl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
// The event beside libcurl's sockets: no module of Swift's has it.
#include <sys/eventfd.h>

/// `poll` that counts in nanoseconds. The C library declares it for GNU sources only, which Swift's modules are not.
extern int ppoll(struct pollfd *sockets, nfds_t count, const struct timespec *limit, const sigset_t *mask);

// MARK: Options. Swift does not import variadic functions: one wrapper per kind of argument.

static inline CURLcode curl_easy_setopt_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/// For options of kind `curl_off_t`, which is wider than `long` on some platforms.
static inline CURLcode curl_easy_setopt_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// Strings (copied by libcurl), and pointers handed back to callbacks (not copied).
static inline CURLcode curl_easy_setopt_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// The list is not copied: it must live until the transfer is over.
static inline CURLcode curl_easy_setopt_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Write and header callbacks, which share one type; so do libcurl's read callbacks.
static inline CURLcode curl_easy_setopt_data(CURL *easy, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_setopt_opensocket(CURL *easy, curl_opensocket_callback value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode curl_easy_setopt_prereq(CURL *easy, curl_prereq_callback value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode curl_easy_setopt_debug(CURL *easy, curl_debug_callback value) {
    return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, value);
}

static inline CURLcode curl_easy_setopt_progress(CURL *easy, curl_xferinfo_callback value) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}

/// Seconds. Before libcurl 7.85 the option's name was an alias made by the preprocessor, which Swift does not see.
static inline CURLcode curl_easy_setopt_response_timeout(CURL *easy, long seconds) {
    return curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds);
}

/// The scheme to allow, alone. libcurl 7.85 replaced the bit mask by names and marked the mask deprecated.
static inline CURLcode curl_easy_setopt_protocols(CURL *easy, const char *names, long mask) {
#if LIBCURL_VERSION_NUM >= 0x075500
    (void)mask;
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, names);
#else
    (void)names;
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, mask);
#endif
}

// MARK: Facts about a finished transfer, and options of the multi handle: variadic too.

static inline CURLcode curl_easy_getinfo_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curl_easy_getinfo_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curl_easy_getinfo_pointer(CURL *easy, CURLINFO info, char **value) {
    return curl_easy_getinfo(easy, info, value);
}

/// The connection that the handle used last, where it still stands; else -1.
static inline int curl_easy_active_socket(CURL *easy) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK ? (int)socket : -1;
}

static inline CURLMcode curl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode curl_multi_setopt_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode curl_multi_setopt_socket(CURLM *multi, curl_socket_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode curl_multi_setopt_timer(CURLM *multi, curl_multi_timer_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

/// The result sits in a union with an untyped pointer, which Swift shows as an unwieldy anonymous type.
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

// MARK: Memory that is wiped before it is freed, so that no key stays in libcurl's freed buffers.

static inline void curl_wiping_free(void *memory) {
    if (memory) explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static inline void *curl_wiping_realloc(void *memory, size_t size) {
    size_t old = memory ? malloc_usable_size(memory) : 0;
    if (old && size && size <= old && size >= old / 2) return memory;
    void *moved = malloc(size);
    if (!moved) return NULL;
    if (memory) memcpy(moved, memory, old < size ? old : size);
    curl_wiping_free(memory);
    return moved;
}

/// Overwrites the stack below the caller. Whoever copies a key leaves it in vector registers, and the dynamic linker saves
/// those on the stack when a function is called for the first time. In C because Swift may not use the stack it asks for.
static __attribute__((noinline, unused)) void curl_wipe_stack(void) {
    char below[1 << 16];
    explicit_bzero(below, sizeof below);
}

/// In C because these functions must be plain pointers that are valid in any thread.
static inline CURLcode curl_global_init_wiping(void) {
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, curl_wiping_free, curl_wiping_realloc, strdup, calloc);
}

#endif
