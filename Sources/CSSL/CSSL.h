// OpenSSL, and the calls of it that are macros, which Swift can't import.
#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int landfall_tls_least_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version) == 1;
}

// RFC 6066 §3.
static inline int landfall_tls_server_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name) == 1;
}

// An empty memory BIO says "later", not "end".
static inline BIO *landfall_tls_memory(void) {
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio) BIO_set_mem_eof_return(bio, -1);
    return bio;
}

static inline size_t landfall_tls_pending(BIO *bio) { return BIO_ctrl_pending(bio); }

// The reason of the oldest error of this thread in words, or an empty text; forgets the others.
static inline void landfall_tls_error(char *text, size_t size) {
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    snprintf(text, size, "%s", reason ? reason : "");
    ERR_clear_error();
}
