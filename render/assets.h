/*
 * Script and style that pictures carry: render/assets/, made into C by embed.sh at build time. Each
 * ends in a NUL and is plain ASCII without "]]>". Layer: render; includes nothing.
 */
#ifndef PK_RENDER_ASSETS_H
#define PK_RENDER_ASSETS_H

extern const char pk_asset_flame_css[];
extern const char pk_asset_flame_js[];
extern const char pk_asset_flame_use_js[];
extern const char pk_asset_flame_views_js[];
extern const char pk_asset_report_css[];
extern const char pk_asset_report_js[];

/* What a policy of content calls them by: base64 of SHA-256. */
extern const char pk_asset_report_css_sha256[];
extern const char pk_asset_report_js_sha256[];

#endif
